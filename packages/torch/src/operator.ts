/** Every operator of libtorch by its name and overload, those included that have no method or function here. */
import { inspect } from 'node:util';
import { plain, TorchError } from './errors.ts';
import { type Argument, exchange, type Given } from './exchange.ts';
import { guard, native } from './native.ts';
import { arrange, isNamed } from './operators/named.ts';
import { refusals } from './operators/refused.ts';
import { parseSchema, type Schema } from './operators/schema.ts';
import { unknownOption } from './options.ts';
import { recorder } from './recording.ts';
import { Handle } from './scope.ts';
import type { Tensor } from './tensor.ts';

let wrap: (handle: number) => Tensor;

/** @internal tensor.ts says how a result becomes a Tensor. */
export function wrapTensorsWith(wrapper: (handle: number) => Tensor): void {
  wrap = wrapper;
}

/** @internal What an argument is, in a few words, for messages. */
export function describeArgument(value: Argument): string {
  if (value instanceof Handle) return value.summary();
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map(describeArgument);
    return `[${shown.join(', ')}${value.length > 8 ? `, … ${value.length} in all` : ''}]`;
  }
  if (typeof value === 'string') return `'${value}'`;
  if (value === undefined) return '-';
  return typeof value === 'object' && value !== null ? inspect(value, { depth: 0 }) : String(value);
}

function resolve(name: string): number {
  const dot = name.indexOf('.');
  return dot < 0 ? native.resolve(name, '') : native.resolve(name.slice(0, dot), name.slice(dot + 1));
}

/** @internal An operator of libtorch, looked up when it is first used. */
export class Operator {
  readonly name: string;
  readonly #refusal: ((args: readonly Argument[]) => string | undefined) | undefined;
  #id = -1;
  #schema: Schema | undefined;

  constructor(name: string) {
    this.name = name;
    this.#refusal = refusals.get(name);
  }

  get schema(): Schema {
    this.#schema ??= parseSchema(schema(this.name));
    return this.#schema;
  }

  call(args: readonly Argument[]): unknown {
    try {
      if (this.#id < 0) this.#id = resolve(this.name);
      const why = this.#refusal?.(args);
      if (why) throw new TorchError(`refused, since libtorch would not come back from it: ${why}`);
      const result = exchange(this.#id, args, wrap);
      if (recorder) recorder.called(this, args, result);
      return result;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const call = `${this.name}(${args.map(describeArgument).join(', ')})`;
      throw new TorchError(`${call}: ${plain(error.message)}`, this.name);
    }
  }
}

/** What a call gives, in the order of the schema. */
function inOrder(operator: Operator, given: readonly Given[]): readonly Argument[] {
  const last = given.at(-1);
  // An object by name that does not come last is refused as it is written into the buffer.
  if (!isNamed(last)) return given as readonly Argument[];
  const { name, schema } = operator;
  const positional = given.slice(0, -1) as Argument[];
  const args = arrange(schema.parameters, positional, last, (key, isKnown) => {
    if (isKnown) throw new TorchError(`${name}: '${key}' is given in order and by name`, name);
    const names = schema.parameters.map((parameter) => parameter.name);
    throw unknownOption(name, key, names, 'argument');
  });
  return args ?? positional;
}

/**
 * An operator of libtorch by its name and overload, e.g. `aten::add.Tensor`: a function of its arguments in the order of its schema, the
 * last of which may be an object of those by name, in camelCase. Arguments left out or `undefined` take the schema's defaults, `null` is
 * none. No result comes back as `undefined`, several as an array.
 * Looked up on the first call. The operators of networks are methods of `Tensor` and functions of `aten`; this reaches all the others.
 * Say as `Result` what the schema returns, where that is not one tensor: `op<[Tensor, Tensor]>(…)`.
 *
 * @throws TorchError when called, with the operator, the arguments and libtorch's own message
 * @example const hypot = op('aten::hypot'); hypot(tensor([3]), tensor([4]));
 * op<[values: Tensor, indices: Tensor]>('aten::topk')(x, 5, { largest: false });
 */
export function op<Result = Tensor>(name: string): (...args: Given[]) => Result {
  const operator = new Operator(name);
  // What comes back is as the schema says; the caller of op() states it.
  return (...args) => operator.call(inOrder(operator, args)) as Result;
}

/**
 * The schema of an operator, as libtorch prints it.
 *
 * @throws TorchError if there is no such operator or overload
 * @example schema('aten::relu') // 'aten::relu(Tensor self) -> Tensor'
 */
export function schema(name: string): string {
  return guard(name, () => native.schema(resolve(name)));
}
