/** What of a tensor can go between ranks. */
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import { type DType, isFloatingPoint } from '../dtype.ts';
import { Tensor } from '../tensor.ts';
import type { Group } from './group.ts';

/** How the values of all ranks become one. */
export type ReduceOp = 'sum' | 'avg' | 'min' | 'max' | 'product';

const reduceOps: readonly string[] = ['sum', 'avg', 'min', 'max', 'product'] satisfies ReduceOp[];

/** @internal @throws TorchError unless it is a tensor whose elements lie in this machine's memory */
export function checkTensor(operation: string, tensor: Tensor): void {
  if (!(tensor instanceof Tensor))
    throw new TorchError(`${operation} takes a tensor, not ${quoted(String(tensor))}`);
  const { device } = tensor;
  if (device !== 'cpu')
    throw new TorchError(
      `${operation}: the tensor is on ${device}, and ranks speak between CPUs: bring it to the CPU by to('cpu')`,
    );
  if (tensor.dim() > 0 && tensor.stride().length === 0)
    throw new TorchError(
      `${operation}: the tensor is not strided: make it dense first, by op('aten::to_dense')`,
    );
}

/** @internal @throws TorchError unless it can be given other values in place */
export function checkInPlace(operation: string, tensor: Tensor): void {
  checkTensor(operation, tensor);
  if (tensor.requiresGrad && !tensor.isLeaf)
    throw new TorchError(
      `${operation} has no gradient, and the tensor was computed from tensors that require one: give detach() of it`,
    );
  const strides = tensor.stride();
  if (tensor.shape.some((size, i) => size > 1 && strides[i] === 0))
    throw new TorchError(
      `${operation}: several elements of the tensor are one in memory, as expand() makes them: give clone() of it`,
    );
}

const reducible: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int64',
  'int32',
  'int8',
  'uint8',
  'bool',
  'complex64',
  'complex128',
];

/** @internal @throws TorchError unless the values of such a dtype become one by `op` */
export function checkReduction(op: ReduceOp, dtype: DType): void {
  const operation = 'allReduce';
  if (!reduceOps.includes(op))
    throw new TorchError(`${operation}: op must be ${reduceOps.join(', ')}, not ${quoted(String(op))}`);
  if (!reducible.includes(dtype))
    throw new TorchError(`${operation} takes ${reducible.join(', ')}, not ${dtype}: convert it by to()`);
  if (dtype === 'bool' && op !== 'min' && op !== 'max')
    throw new TorchError(
      `${operation}: booleans have no ${op}: 'max' says whether any is true, 'min' whether all are`,
    );
  if (dtype.startsWith('complex') && op !== 'sum' && op !== 'avg')
    throw new TorchError(`${operation}: ${dtype} has no ${op} over ranks: only sum and avg`);
  if (op === 'avg' && !isFloatingPoint(dtype) && !dtype.startsWith('complex'))
    throw new TorchError(
      `${operation}: the average of ${dtype} would not be whole: convert it by to('float64') first`,
    );
}

/** @internal @throws TorchError unless there is such a rank */
export function checkRank(operation: string, src: number, { worldSize }: Group): void {
  if (!Number.isInteger(src) || src < 0 || src >= worldSize)
    throw new TorchError(
      `${operation}: src must be a rank from 0 to ${worldSize - 1}, not ${quoted(String(src))}`,
    );
}
