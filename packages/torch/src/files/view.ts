/** Tensors over bytes that lie in memory already. */
import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { guard, native } from '../dispatch/native.ts';
import { type DType, itemSize } from '../dtype.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';
import type { OpenFile } from './open-file.ts';

const setStorage = op('aten::set_.source_Tensor_storage_offset');

/** What libtorch's kernels can iterate over. */
export const maxRank = 64;

/** Where a tensor's elements lie among others of its dtype. */
export interface Layout {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function numel(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Throws where libtorch, which multiplies in 64 bits, would overflow; sizes of 0 do not keep it from that. */
function checkShape(shape: readonly number[], dtype: DType): void {
  if (shape.length > maxRank)
    throw new TorchError(`a tensor has ${shape.length} dimensions, more than ${maxRank}`);
  if (!Number.isSafeInteger(numel(shape.map((size) => Math.max(1, size))) * itemSize(dtype)))
    throw new TorchError(`a tensor [${shape.join(', ')}] of ${dtype} is too large`);
}

/**
 * A tensor that shares the memory of `bytes` (uint8 [n], the whole of its storage) and nothing else. A chain of narrow() and view()
 * would share the version counter too: changing one weight in place would then spoil the backward pass of others.
 *
 * @throws TorchError if it would reach beyond the bytes
 */
export function over(bytes: Tensor, dtype: DType, { offset, shape, strides }: Layout): Tensor {
  checkShape(shape, dtype);
  const what = `a tensor [${shape.join(', ')}] of ${dtype}`;
  if (shape.length !== strides.length) throw new TorchError(`${what} has ${strides.length} strides`);
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] ?? 0), offset);
  const needed = numel(shape) === 0 ? offset : last + 1;
  const there = bytes.numel() / itemSize(dtype);
  if (needed > there) throw new TorchError(`${what} needs ${needed} elements, its storage has ${there}`);
  return setStorage(empty([0], { dtype }), bytes, offset, shape, strides);
}

/**
 * The tensor at a position of a file that is mapped. It shares the mapping, unless the position is no multiple of its elements' size
 * (libtorch reads aligned memory only) or it is bool (where a byte other than 0 and 1 would be undefined): these are copied.
 *
 * @throws TorchError if it would reach beyond the file
 */
export function mappedTensor(
  file: OpenFile,
  mapping: Tensor,
  { dtype, shape, position }: { dtype: DType; shape: readonly number[]; position: number },
): Tensor {
  checkShape(shape, dtype);
  const item = itemSize(dtype);
  const view = (bytes: Tensor, at: number): Tensor =>
    new Tensor(guard('mapping', () => native.viewBytes(bytes.handle, at, dtype, shape)));
  if (dtype !== 'bool' && position % item === 0) return view(mapping, position);
  using copy = file.read(position, numel(shape) * item);
  return view(dtype === 'bool' ? asBool(copy) : copy, 0);
}

const notEqual = op('aten::ne_.Scalar');

/** Makes bytes what libtorch takes for bools, in place: 0 and 1. */
export function asBool(bytes: Tensor): Tensor {
  return notEqual(bytes, 0);
}
