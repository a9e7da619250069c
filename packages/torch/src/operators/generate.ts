/**
 * Writes `methods.ts` and `aten.ts`, the typed operators, from the schemas that libtorch reports: `npm run generate`. A test shows
 * that the files are those of the pinned libtorch.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { native } from '../dispatch/native.ts';
import { Operator } from '../dispatch/operator.ts';
import type { Parameter, Schema, SchemaType } from '../dispatch/schema.ts';
import { exampleOf } from './example.ts';
import { inOrder, isMethod, isPublic } from './surface.ts';

const types: Record<string, string> = {
  int: 'number',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  Scalar: 'Scalar | Complex',
  ScalarType: 'DType',
};

export function argumentType(type: SchemaType): string {
  const one = types[type.base] ?? type.base;
  const parts: string[] = [];
  if (!type.list) parts.push(one);
  else {
    if (type.broadcast > 0) parts.push(one);
    const element = type.elementOptional ? `${one} | null` : one;
    parts.push(`readonly ${element.includes('|') ? `(${element})` : element}[]`);
  }
  if (type.optional) parts.push('null');
  return parts.join(' | ');
}

function resultType({ returns }: Schema, self: string | undefined): string {
  const one = (type: SchemaType): string => {
    if (self && type.written) return self;
    const result = types[type.base] ?? type.base;
    return type.list ? (result.includes('|') ? `(${result})[]` : `${result}[]`) : result;
  };
  const [only, ...more] = returns;
  if (!only) return 'void';
  if (more.length === 0) return one(only.type);
  const named = returns.every(({ name }) => name);
  return `[${returns.map(({ name, type }) => (named ? `${name}: ` : '') + one(type)).join(', ')}]`;
}

/** A call's form: what is given in order, and what by name. */
interface Form {
  readonly inOrder: readonly Parameter[];
  readonly named: readonly Parameter[];
  readonly result: string;
}

const isRequired = (parameter: Parameter): boolean =>
  parameter.default === undefined && !(parameter.keywordOnly && parameter.type.optional);
const isTensors = ({ type, name }: Parameter): boolean => type.base === 'Tensor' || name === 'other';

/** Tensors in order and the rest by name; what is required in order, and of the others the first few, none to all. */
function forms(parameters: readonly Parameter[], result: string): Form[] {
  const positional = parameters.filter(({ keywordOnly }) => !keywordOnly);
  const before = (test: (parameter: Parameter) => boolean): number => {
    const end = positional.findIndex((parameter) => !test(parameter) || !isRequired(parameter));
    return end < 0 ? positional.length : end;
  };
  const prefixes = [positional.length];
  for (let count = before(isRequired); count < positional.length; count++) prefixes.push(count);
  prefixes.push(before(isTensors));
  return [...new Set(prefixes)].map((count) => ({
    inOrder: positional.slice(0, count),
    named: parameters.filter((parameter) => !positional.slice(0, count).includes(parameter)),
    result,
  }));
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const alternatives = (type: string): string[] => type.split(/ \| (?![^(]*\))/);

/** Forms that differ in the type of one argument are one, with the union of the types; otherwise equal ones are one. */
function signatures(all: readonly Form[]): string[] {
  const shapes = all.map(({ inOrder: list, named, result }) => {
    const lastRequired = list.map(isRequired).lastIndexOf(true);
    const mark = (isOptional: boolean): string => (isOptional ? '?' : '');
    return {
      parameters: [
        ...list.map((parameter, i) => ({
          name: parameter.name + mark(i > lastRequired),
          type: argumentType(parameter.type),
        })),
        ...named.map((parameter) => ({
          name: parameter.name + mark(!isRequired(parameter)),
          type: argumentType(parameter.type),
        })),
      ],
      inOrder: list.length,
      mustName: named.some(isRequired),
      result,
    };
  });
  const merged: typeof shapes = [];
  for (const shape of shapes) {
    const { parameters, inOrder: count, result } = shape;
    const into = merged.find((other) => {
      if (other.result !== result || other.inOrder !== count || other.parameters.length !== parameters.length)
        return false;
      const differing = parameters.flatMap((parameter, i) =>
        same(parameter, other.parameters[i]) ? [] : [i],
      );
      return (
        differing.length <= 1 && differing.every((i) => other.parameters[i]?.name === parameters[i]?.name)
      );
    });
    if (!into) {
      merged.push(shape);
      continue;
    }
    parameters.forEach(({ type }, i) => {
      const other = into.parameters[i];
      if (other && other.type !== type)
        other.type = [...new Set([...alternatives(other.type), ...alternatives(type)])].join(' | ');
    });
  }
  return merged.map(({ parameters, inOrder: count, mustName, result }) => {
    const list = parameters.slice(0, count).map(({ name, type }) => `${name}: ${type}`);
    const named = parameters
      .slice(count)
      .map(({ name, type }) => `${name}: ${type}${name.endsWith('?') ? ' | undefined' : ''}`);
    if (named.length) {
      const optionalBefore = parameters.slice(0, count).some(({ name }) => name.endsWith('?'));
      list.push(`options${mustName && !optionalBefore ? '' : '?'}: { ${named.join('; ')} }`);
    }
    return `(${list.join(', ')}): ${result};`;
  });
}

const comment = (schemas: readonly Schema[], example: string): string[] => [
  '/**',
  ...schemas.map(({ text }) => ` * ${schemas.length > 1 ? '- ' : ''}\`${text}\``),
  ` * @example ${example}`,
  ' */',
];

const overloadList = (schemas: readonly Schema[]): string =>
  [schemas[0]?.name ?? '', ...schemas.map(({ overload }) => overload)].map((name) => `'${name}'`).join(', ');

const shortName = ({ name }: Schema): string => name.slice('aten::'.length);

function method(schemas: readonly Schema[]): string[] {
  const name = shortName(schemas[0] as Schema);
  const all = schemas.flatMap((schema) => forms(schema.parameters.slice(1), resultType(schema, 'this')));
  return [
    ...comment(schemas, exampleOf(schemas, 'method')),
    ...signatures(all).map((signature) => `${name}${signature}`),
    `${name}(...given: Given[]): unknown { return calls.${name}([this, ...given]); }`,
    '',
  ].map((line) => (line ? `  ${line}` : line));
}

function functionOf(schemas: readonly Schema[]): string[] {
  const name = shortName(schemas[0] as Schema);
  const all = schemas.flatMap((schema) => forms(schema.parameters, resultType(schema, undefined)));
  return [
    `const call_${name} = overloads(${overloadList(schemas)});`,
    ...comment(schemas, exampleOf(schemas, 'function')),
    ...signatures(all).map((signature) => `export function ${name}${signature}`),
    `export function ${name}(...given: Given[]): unknown { return call_${name}(given); }`,
    '',
  ];
}

function grouped(schemas: readonly Schema[]): Schema[][] {
  const groups = Map.groupBy(schemas, ({ name }) => name);
  return [...groups.values()].map(inOrder).sort(([a], [b]) => ((a?.name ?? '') < (b?.name ?? '') ? -1 : 1));
}

const header = (what: string, imports: readonly string[]): string[] => [
  '/**',
  ` * ${what}`,
  ' * Generated from the schemas of libtorch by generate.ts; not edited by hand. Arguments come in the order of the schema; a last object gives',
  ' * them by name. `dim` may be negative, shapes broadcast, and errors are `TorchError`s, all as in PyTorch.',
  ' */',
  ...imports,
  '',
];

/** The public operators, each with its overloads in the order in which they are tried. */
export function operators(): Record<'methods' | 'functions', Schema[][]> {
  const schemas = native
    .operators()
    .filter(([name]) => name.startsWith('aten::'))
    .map(([name, overload]) => new Operator(overload ? `${name}.${overload}` : name).schema)
    .filter(isPublic);
  const methods = grouped(schemas.filter(isMethod));
  const ofSelf = new Set(
    methods
      .filter((group) => group.length === schemas.filter(({ name }) => name === group[0]?.name).length)
      .map(([first]) => first?.name),
  );
  return { methods, functions: grouped(schemas.filter(({ name }) => !ofSelf.has(name))) };
}

/** The two files, by their paths from this folder. */
export function generate(): Record<'methods.ts' | '../aten.ts', string> {
  const { methods, functions } = operators();
  return {
    'methods.ts': [
      ...header('The operators that are methods of a tensor.', [
        "import type { Device, Layout, MemoryFormat } from '../device.ts';",
        "import type { Complex, Given, Scalar, Seeded as Generator } from '../dispatch/exchange.ts';",
        "import { Handle } from '../dispatch/scope.ts';",
        "import type { DType } from '../dtype.ts';",
        "import { overloads } from './overloads.ts';",
      ]),
      'const calls = {',
      ...methods.map((group) => `  ${shortName(group[0] as Schema)}: overloads(${overloadList(group)}),`),
      '};',
      '',
      '/** The base of `Tensor`, which it is told of: its operators, each one call into libtorch. */',
      'export abstract class Operators<Tensor extends Handle> extends Handle {',
      ...methods.flatMap(method),
      '}',
      '',
    ].join('\n'),
    '../aten.ts': [
      ...header(
        'The operators that are functions: those whose first argument is not the tensor they belong to.',
        [
          "import type { Device, Layout, MemoryFormat } from './device.ts';",
          "import type { Complex, Given, Scalar } from './dispatch/exchange.ts';",
          "import type { DType } from './dtype.ts';",
          "import { overloads } from './operators/overloads.ts';",
          "import type { Generator } from './random.ts';",
          "import type { Tensor } from './tensor.ts';",
        ],
      ),
      ...functions.flatMap(functionOf),
    ].join('\n'),
  };
}

if (import.meta.main) {
  for (const [file, text] of Object.entries(generate()))
    writeFileSync(path.join(import.meta.dirname, file), text);
}
