/** Tensors that are not computed from others. Names and arguments are PyTorch's; float32 unless `dtype` says otherwise. */
import type { DType } from './dtype.ts';
import type { Scalar } from './exchange.ts';
import { op } from './operator.ts';
import { currentGenerator, type Generator } from './random.ts';
import type { MemoryFormat, Tensor, TensorOptions } from './tensor.ts';

const ops = {
  empty: op('aten::empty.memory_format'),
  zeros: op('aten::zeros'),
  ones: op('aten::ones'),
  full: op('aten::full'),
  arange: op('aten::arange.start_step'),
  eye: op('aten::eye'),
  randn: op('aten::randn.generator'),
  rand: op('aten::rand.generator'),
  randint: op('aten::randint.low_generator'),
  randperm: op('aten::randperm.generator'),
  zerosLike: op('aten::zeros_like'),
  onesLike: op('aten::ones_like'),
  emptyLike: op('aten::empty_like'),
  cat: op('aten::cat'),
  stack: op('aten::stack'),
  where: op('aten::where.self'),
};

function requiring(result: Tensor, options: TensorOptions): Tensor {
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

/** Uninitialised memory of a shape. */
export function empty(
  shape: readonly number[],
  options: TensorOptions & { memoryFormat?: MemoryFormat } = {},
): Tensor {
  const { dtype = 'float32', device, memoryFormat } = options;
  return requiring(ops.empty(shape, dtype, undefined, device, undefined, memoryFormat), options);
}

export function zeros(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return requiring(ops.zeros(shape, options.dtype ?? 'float32', undefined, options.device), options);
}

export function ones(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return requiring(ops.ones(shape, options.dtype ?? 'float32', undefined, options.device), options);
}

/** A tensor of one value. */
export function full(shape: readonly number[], value: Scalar, options: TensorOptions = {}): Tensor {
  return requiring(ops.full(shape, value, options.dtype ?? 'float32', undefined, options.device), options);
}

/** `start`, `start + step`, … below `end`; int64, as in PyTorch, unless `dtype` says otherwise. */
export function arange(start: number, end: number, step = 1, options: TensorOptions = {}): Tensor {
  return requiring(
    ops.arange(start, end, step, options.dtype ?? 'int64', undefined, options.device),
    options,
  );
}

/** The identity matrix [n, n]. */
export function eye(n: number, options: TensorOptions = {}): Tensor {
  return requiring(ops.eye(n, options.dtype ?? 'float32', undefined, options.device), options);
}

export interface RandomOptions extends TensorOptions {
  /** Where it is left out, that of `withGenerator`, else the default one of the process. */
  generator?: Generator;
}

/** Standard normal values. */
export function randn(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const { generator = currentGenerator(), dtype = 'float32', device } = options;
  return requiring(ops.randn(shape, generator, dtype, undefined, device), options);
}

/** Uniform values in [0, 1). */
export function rand(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const { generator = currentGenerator(), dtype = 'float32', device } = options;
  return requiring(ops.rand(shape, generator, dtype, undefined, device), options);
}

/** Whole numbers in [low, high), int64. */
export function randint(
  low: number,
  high: number,
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor {
  const { generator = currentGenerator(), dtype = 'int64', device } = options;
  return requiring(ops.randint(low, high, shape, generator, dtype, undefined, device), options);
}

/** A permutation of 0 … n-1, int64. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { generator = currentGenerator(), dtype = 'int64', device } = options;
  return requiring(ops.randperm(n, generator, dtype, undefined, device), options);
}

interface LikeOptions {
  dtype?: DType;
  memoryFormat?: MemoryFormat;
}

export function zeros_like(other: Tensor, { dtype, memoryFormat }: LikeOptions = {}): Tensor {
  return ops.zerosLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

export function ones_like(other: Tensor, { dtype, memoryFormat }: LikeOptions = {}): Tensor {
  return ops.onesLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

export function empty_like(other: Tensor, { dtype, memoryFormat }: LikeOptions = {}): Tensor {
  return ops.emptyLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

/** Joins tensors along a dimension that they have. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  return ops.cat(tensors, dim);
}

/** Joins tensors of one shape along a new dimension. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  return ops.stack(tensors, dim);
}

/** `a` where the condition holds, `b` elsewhere. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return ops.where(condition, a, b);
}
