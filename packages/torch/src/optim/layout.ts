/**
 * The order in which elements lie in memory. libtorch's fused updates walk a parameter, its gradient and its state from end to end
 * side by side and look at no strides: on tensors of different orders, or with gaps, they would silently update the wrong elements.
 */
import { empty_like } from '../create.ts';
import { type Description, describe } from '../dispatch/exchange.ts';
import { guard } from '../dispatch/native.ts';
import type { Tensor } from '../tensor.ts';

/** What the addon knows of a tensor, in one call. */
export function layoutOf(tensor: Tensor): Description {
  return guard('optim', () => describe(tensor.handle));
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Whether the elements fill their memory without gaps, in whatever order of dimensions. */
export function isDense({ shape, strides }: Description): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  const steps = shape.map((size, i) => ({ size, stride: strides[i] ?? 0 })).filter(({ size }) => size !== 1);
  for (const { size, stride } of steps.sort((a, b) => a.stride - b.stride)) {
    if (stride !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Whether two tensors of one shape lie in the same order, on the same device, in the same dtype. */
export function sideBySide(a: Description, b: Description): boolean {
  return (
    a.dtype === b.dtype &&
    a.deviceType === b.deviceType &&
    a.deviceIndex === b.deviceIndex &&
    a.shape.every((size, i) => size === 1 || a.strides[i] === b.strides[i])
  );
}

/** The values of `source` in the memory order, dtype and device of `like`; without gaps where `like` has some. */
export function copyInOrderOf(like: Tensor, source: Tensor): Tensor {
  return empty_like(like).copy_(source);
}
