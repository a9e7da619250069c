/** Every operator of libtorch by its name and overload, those included that have no method or function here. */
import type { Given } from './dispatch/exchange.ts';
import { functionOf } from './dispatch/operator.ts';
import type { Tensor } from './tensor.ts';

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
  return functionOf<Result>(name);
}
