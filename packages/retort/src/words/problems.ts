/** What a schema found wrong, in sentences that say what would be right. */
import { z } from 'zod';
import { cut } from './shown.ts';
import { nearest, unknown } from './unknown.ts';

export type Path = readonly (string | number)[];

/** Plain values, as YAML and JSON have them. */
export type Value = unknown;

export interface Problem {
  readonly at: Path;
  readonly sentence: string;
}

const shown = (value: Value): string =>
  typeof value === 'string'
    ? `'${cut(value)}'`
    : typeof value === 'number'
      ? String(value)
      : cut(JSON.stringify(value) ?? 'missing');

/** The value at a path. */
function valueAt(root: Value, at: Path): Value {
  return at.reduce<Value>((value, step) => (value as Record<string, Value> | undefined | null)?.[step], root);
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  tuple: 'a list',
};

/** The keys that a map at a path may have, read off the JSON Schema. */
function keysAt(schema: z.ZodType, root: Value, at: Path): string[] {
  interface Node {
    readonly properties?: Readonly<Record<string, Node>>;
    readonly items?: Node;
    readonly oneOf?: readonly Node[];
    readonly anyOf?: readonly Node[];
    readonly const?: unknown;
  }
  let node: Node | undefined = z.toJSONSchema(schema, { io: 'input' }) as Node;
  let value = root;
  const chosen = (from: Node | undefined): Node | undefined => {
    const branches = from?.oneOf ?? from?.anyOf;
    if (!branches) return from;
    const name = (value as { name?: unknown } | undefined)?.name;
    return (
      branches.find(({ properties }) => name !== undefined && properties?.name?.const === name) ??
      branches.find(({ properties }) => properties)
    );
  };
  for (const step of at) {
    node = chosen(node);
    node = typeof step === 'number' ? node?.items : node?.properties?.[step];
    value = (value as Record<string, Value> | undefined)?.[step];
  }
  return Object.keys(chosen(node)?.properties ?? {});
}

/** What a list of choices is called in a sentence. */
const things: Readonly<Record<string, string>> = {
  'data.name': 'data set',
  methods: 'method',
  optimizer: 'optimizer',
  schedule: 'schedule',
  train: 'transform',
};

function thingAt(at: Path): string {
  const [last, before, beforeThat] = [...at].reverse();
  if (typeof last === 'number') return String(before ?? 'value');
  if (last !== 'name') return String(last);
  const parent = typeof before === 'number' ? beforeThat : before;
  return things[String(parent)] ?? things[`${String(parent)}.name`] ?? 'name';
}

const plural = (n: unknown, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function bound(issue: z.core.$ZodIssue): string | null {
  if (issue.code === 'too_small') {
    if (issue.origin === 'array') return `must have at least ${plural(issue.minimum, 'item')}`;
    if (issue.origin === 'string') return 'must not be empty';
    return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'array') return `must have at most ${plural(issue.maximum, 'item')}`;
    if (issue.origin === 'string') return `must have at most ${plural(issue.maximum, 'character')}`;
    return `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
  }
  return null;
}

/**
 * A sentence for each thing that is wrong.
 *
 * @param renamed  keys that were called otherwise before, by their paths, each with what is said of it today
 */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  root: Value,
  renamed: ReadonlyMap<string, string> = new Map(),
): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const at = issue.path.filter((step) => typeof step !== 'symbol') as Path;
    const value = valueAt(root, at);
    const limits = bound(issue);
    if (limits) return [{ at, sentence: `${limits}, is ${shown(value)}` }];
    switch (issue.code) {
      case 'unrecognized_keys': {
        const keys = keysAt(schema, root, at);
        return issue.keys.map((key) => {
          const today = renamed.get([...at, key].join('.'));
          const meant = nearest(key, keys);
          const others = keys.join(', ') || 'nothing';
          const guess =
            today ?? (meant ? `did you mean '${meant}'? Here can be ${others}` : `here can be ${others}`);
          return { at: [...at, key], sentence: `there is no such key: ${guess}` };
        });
      }
      case 'invalid_union': {
        const names = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : null;
        if (names && value === undefined)
          return [
            { at, sentence: `is missing: it says which ${thingAt(at)} is meant, of ${names.join(', ')}` },
          ];
        if (names && typeof value === 'object')
          return [{ at, sentence: `must be one of ${names.join(', ')}, is ${shown(value)}` }];
        if (names) return [{ at, sentence: unknown(thingAt(at), String(value), names) }];
        if (value === undefined) {
          const wanted = issue.errors.flatMap((branch) =>
            branch.flatMap((one) =>
              one.code === 'invalid_type' ? (kinds[one.expected] ?? one.expected) : [],
            ),
          );
          return [{ at, sentence: `is missing: it must be ${[...new Set(wanted)].join(', or ')}` }];
        }
        const isMeant = (branch: readonly z.core.$ZodIssue[]): boolean =>
          !branch.some((one) => one.path.length === 0 && one.code.startsWith('invalid_'));
        const meant = typeof value === 'object' ? issue.errors.filter(isMeant) : [];
        const inner = (meant.length > 0 ? meant : issue.errors).map((branch) =>
          problemsOf(
            branch.map((one) => ({ ...one, path: [...at, ...one.path] })),
            schema,
            root,
            renamed,
          ),
        );
        // Only one of the forms that it may have is that of the value.
        if (meant.length > 0 && inner[0] && inner.length === 1) return inner[0];
        const sentences = inner.map((problems) => problems.map(({ sentence }) => sentence).join(' and '));
        return [{ at, sentence: `is ${shown(value)}: ${[...new Set(sentences)].join('; or ')}` }];
      }
      case 'invalid_value': {
        const names = issue.values.map(String);
        if (value === undefined) return [{ at, sentence: `is missing: one of ${names.join(', ')}` }];
        if (typeof value === 'object')
          return [{ at, sentence: `must be one of ${names.join(', ')}, is ${shown(value)}` }];
        return [{ at, sentence: unknown(thingAt(at), String(value), names) }];
      }
      case 'invalid_type': {
        const wanted = kinds[issue.expected] ?? issue.expected;
        if (value === undefined) return [{ at, sentence: `is missing: it must be ${wanted}` }];
        return [{ at, sentence: `must be ${wanted}, is ${shown(value)}` }];
      }
      case 'invalid_key':
        return issue.issues.map((one) => ({ at, sentence: bound(one) ?? one.message }));
      default:
        return [{ at, sentence: issue.message }];
    }
  });
}
