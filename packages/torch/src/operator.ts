/** The one way to an operator of libtorch: its name and overload. */
import { inspect } from 'node:util';
import { plain, TorchError } from './errors.ts';
import { type Argument, exchange } from './exchange.ts';
import { guard, native } from './native.ts';
import { Handle } from './scope.ts';
import type { Tensor } from './tensor.ts';

let wrap: (handle: number) => Tensor;

/** @internal tensor.ts says how a result becomes a Tensor. */
export function wrapTensorsWith(wrapper: (handle: number) => Tensor): void {
  wrap = wrapper;
}

function describeArgument(value: Argument): string {
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

/**
 * An operator of libtorch by its name and overload, e.g. `aten::add.Tensor`: a function of its arguments in the order of its schema.
 * Arguments left out or `undefined` take the schema's defaults, `null` is none. No result comes back as `undefined`, several as an array.
 * Looked up on the first call.
 *
 * @throws TorchError when called, with the operator, the arguments and libtorch's own message
 * @example const hypot = op('aten::hypot'); hypot(tensor([3]), tensor([4]));
 */
export function op<Result = Tensor>(name: string): (...args: Argument[]) => Result {
  let id = -1;
  return (...args) => {
    try {
      if (id < 0) id = resolve(name);
      // What comes back is as the schema says; the caller of op() states it.
      return exchange(id, args, wrap) as Result;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const call = `${name}(${args.map(describeArgument).join(', ')})`;
      throw new TorchError(`${call}: ${plain(error.message)}`, name);
    }
  };
}

/** The schema of an operator, as libtorch prints it. @example schema('aten::relu') // 'aten::relu(Tensor self) -> Tensor' */
export function schema(name: string): string {
  return guard(name, () => native.schema(resolve(name)));
}
