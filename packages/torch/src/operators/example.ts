/** The `@example` of a generated operator: a call with what it needs in order and the rest by name, at its defaults. */
import type { Parameter, Schema, SchemaType } from '../dispatch/schema.ts';

/** What tensors are made of and drawn with; every operator takes it the same way, so an example leaves it out. */
const ofEvery = new Set(['dtype', 'layout', 'device', 'pinMemory', 'memoryFormat', 'generator']);

const words: Record<string, string> = { True: 'true', False: 'false', inf: 'Infinity' };

const number = (text: string): string => (Number.isNaN(Number(text)) ? text : String(Number(text)));

/** A default of a schema in TypeScript: `[0, 1]`, `"mean"`, `True`, `1e-05`. */
function literal(value: string, { broadcast }: SchemaType): string {
  if (value.startsWith('"')) return value.replaceAll('"', "'");
  if (!value.startsWith('[')) return words[value] ?? number(value);
  const items = value.slice(1, -1).split(', ').filter(Boolean).map(number);
  const [first] = items;
  const isOne = first !== undefined && broadcast > 0 && items.every((item) => item === first);
  return isOne ? first : `[${items.join(', ')}]`;
}

const byName = ({ name, type, default: value = 'None' }: Parameter): string =>
  value === 'None' ? name : `${name}: ${literal(value, type)}`;

const isNeeded = ({ keywordOnly, default: value }: Parameter): boolean => !keywordOnly && value === undefined;

/** The overload that shows most: with most arguments, of tensors rather than numbers, of no dtype. */
export function telling(schemas: readonly Schema[]): Schema | undefined {
  const count = ({ parameters }: Schema, base: string): number =>
    parameters.filter((parameter) => parameter.type.base === base && isNeeded(parameter)).length;
  return schemas.toSorted(
    (a, b) =>
      count(a, 'ScalarType') - count(b, 'ScalarType') ||
      b.parameters.length - a.parameters.length ||
      count(b, 'Tensor') - count(a, 'Tensor'),
  )[0];
}

/** `x.topk(k, { dim: -1, largest: true, sorted: true })`: of a method of the tensor x, or of a function of `aten`. */
export function exampleOf(schemas: readonly Schema[], kind: 'method' | 'function'): string {
  const schema = telling(schemas);
  if (!schema) return '';
  const parameters = kind === 'method' ? schema.parameters.slice(1) : schema.parameters;
  const end = parameters.findIndex((parameter) => !isNeeded(parameter));
  const needed = end < 0 ? parameters : parameters.slice(0, end);
  const rest = parameters.slice(needed.length).filter(({ name }) => !ofEvery.has(name));
  const args = needed.map(({ name }) => (name === 'self' ? 'x' : name));
  if (rest.length) args.push(`{ ${rest.map(byName).join(', ')} }`);
  return `${kind === 'method' ? 'x' : 'aten'}.${schema.name.slice('aten::'.length)}(${args.join(', ')})`;
}
