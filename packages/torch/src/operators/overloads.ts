/**
 * One name for the overloads of an operator. A call gives arguments in the order of the schema and, last, what it wants to give by
 * name: `x.sum(1, true)`, `x.sum({ dim: 1, keepdim: true })`, `x.add(y, { alpha: 2 })`. The first overload that takes them is called.
 */

import { TorchError } from '../dispatch/errors.ts';
import type { Argument, Given } from '../dispatch/exchange.ts';
import { arrange, isNamed } from '../dispatch/named.ts';
import { describeArgument, lacking, Operator } from '../dispatch/operator.ts';
import { likeliest } from '../dispatch/options.ts';
import type { Parameter, SchemaType } from '../dispatch/schema.ts';
import { isDType } from '../dtype.ts';

function acceptsOne(base: string, value: Argument): boolean {
  switch (base) {
    case 'Tensor':
    case 'Generator':
      // What postMessage() makes of a tensor is no Handle; the addon says whose it is.
      return typeof value === 'object' && value !== null && 'handle' in value;
    case 'int':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'bool':
      return typeof value === 'boolean';
    case 'Scalar':
      return (
        typeof value === 'number' ||
        typeof value === 'bigint' ||
        typeof value === 'boolean' ||
        (typeof value === 'object' && value !== null && 're' in value)
      );
    case 'ScalarType':
      return typeof value === 'string' && isDType(value);
    default:
      return typeof value === 'string';
  }
}

function accepts(type: SchemaType, value: Argument): boolean {
  if (value === undefined) return true;
  if (value === null) return type.optional;
  if (!type.list) return acceptsOne(type.base, value);
  if (value instanceof Float64Array)
    return type.base === 'int' || type.base === 'float' || type.base === 'Scalar';
  if (!Array.isArray(value)) return type.broadcast > 0 && acceptsOne(type.base, value);
  return value.every((item) =>
    item === null || item === undefined ? type.elementOptional : acceptsOne(type.base, item),
  );
}

const needed = ({ default: value, type }: Parameter): boolean => value === undefined && !type.optional;

/** Whether an overload takes these arguments, in order; options that a schema wants by name alone count only if they are given so. */
function takes(parameters: readonly Parameter[], args: readonly Argument[], positional: number): boolean {
  if (args.length > parameters.length) return false;
  // No closure: this is done at every call.
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] as Parameter;
    const value = args[i];
    if (i < positional && parameter.keywordOnly) return false;
    if (value === undefined) {
      if (parameter.default === undefined && (needed(parameter) || parameter.keywordOnly)) return false;
    } else if (!accepts(parameter.type, value)) return false;
  }
  return true;
}

/** A name that no overload has, with what it was probably meant for. */
function misnamed(operators: readonly Operator[], given: readonly Given[]): string {
  const last = given.at(-1);
  const names = operators.flatMap(({ schema }) => schema.parameters.map((parameter) => parameter.name));
  const wrong = Object.keys(isNamed(last) ? last : {}).find((key) => !names.includes(key));
  if (wrong === undefined) return '';
  const meant = likeliest(wrong, names);
  return `\nthere is no argument '${wrong}'${meant === null ? '' : `: did you mean '${meant}'?`}`;
}

function refusal(name: string, all: readonly Operator[], given: readonly Given[]): TorchError {
  const operators = all.filter((operator) => operator.isThere());
  const absent = all
    .filter((operator) => !operators.includes(operator))
    .map((operator) => lacking(operator.name));
  const shown = given.map((value) =>
    isNamed(value)
      ? `{ ${Object.entries(value)
          .map(([key, item]) => `${key}: ${describeArgument(item)}`)
          .join(', ')} }`
      : describeArgument(value),
  );
  const known = operators.map((operator) => `  ${operator.schema.text}`).join('\n');
  const call = `${name}(${shown.join(', ')})`;
  if (operators.length === 0) return new TorchError(`${call}: ${lacking(name)}`, name);
  const problem = all.length === 1 ? 'the arguments are not those of' : 'no overload takes these arguments:';
  return new TorchError(
    [`${call}: ${problem}\n${known}${misnamed(operators, given)}`, ...absent].join('\n'),
    name,
  );
}

/**
 * The overloads of an operator under one name, in the order in which they are tried.
 *
 * @throws TorchError when called, if no overload takes the arguments, with the overloads that there are, or if this libtorch has none
 */
export function overloads(
  name: string,
  ...overloadNames: readonly string[]
): (given: readonly Given[]) => unknown {
  const operators = overloadNames.map((overload) => new Operator(overload ? `${name}.${overload}` : name));
  const [only] = operators.length === 1 ? operators : [];
  let there: readonly Operator[] | undefined;
  return (given) => {
    const last = given.at(-1);
    const options = isNamed(last) ? last : undefined;
    const positional = (options ? given.slice(0, -1) : given) as readonly Argument[];
    if (only && !options) return only.call(positional);
    there ??= operators.filter((operator) => operator.isThere());
    for (const operator of there) {
      const { parameters } = operator.schema;
      const args = options ? arrange(parameters, positional, options) : positional;
      if (args && (only || takes(parameters, args, positional.length))) return operator.call(args);
    }
    throw refusal(name, operators, given);
  };
}
