/** The keys that a recipe has no value for: what may be set beside its defaults, as the schema describes it. */
import { z } from 'zod';
import { isTree } from './merge.ts';
import { type Recipe, recipe as schema } from './schema.ts';

/** A key that may be set. */
export interface LeftOut {
  /** `stages.N…` where a recipe has several stages. */
  readonly path: string;
  readonly description: string;
  /** Of a map, its own; none of other values. */
  readonly keys: readonly string[];
}

/** As much of a JSON Schema as leads to its keys. */
interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly const?: unknown;
}

/** Of things that are named, each with keys of its own, the one that a value is. */
const chosen = (node: Node, value: unknown): Node | undefined =>
  node.oneOf && isTree(value)
    ? node.oneOf.find(({ properties }) => properties?.name?.const === value.name)
    : node;

const leftOutAt = (path: readonly string[], { description = '', properties = {} }: Node): LeftOut => ({
  path: path.join('.'),
  description,
  keys: Object.keys(properties),
});

function below(node: Node | undefined, value: unknown, path: readonly string[]): LeftOut[] {
  if (Array.isArray(value)) {
    const index = (i: number): string => (path.join('.') === 'stages' && value.length > 1 ? 'N' : String(i));
    return value.flatMap((item, i) => (node?.items ? below(node.items, item, [...path, index(i)]) : []));
  }
  if (!node || !isTree(value)) return [];
  return Object.entries(chosen(node, value)?.properties ?? {}).flatMap(([key, inner]) =>
    value[key] === undefined ? leftOutAt([...path, key], inner) : below(inner, value[key], [...path, key]),
  );
}

/**
 * Keys that a recipe leaves out and that have no default, each once.
 *
 * @example leftOut(recipe).map(({ path }) => path) // ['data.options', 'data.trainImages', …, 'stages.0.ema']
 */
export function leftOut(recipe: Recipe): LeftOut[] {
  const all = below(z.toJSONSchema(schema, { io: 'input' }) as Node, recipe, []);
  return [...new Map(all.map((key) => [key.path, key])).values()];
}
