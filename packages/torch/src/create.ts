/** Tensors that are not computed from others. Names and arguments are PyTorch's; float32 unless `dtype` says otherwise. */

import type { Device, MemoryFormat } from './device.ts';
import type { Scalar } from './dispatch/exchange.ts';
import { type OptionNames, refuseUnknown } from './dispatch/options.ts';
import { refusePromise } from './dispatch/scope.ts';
import type { DType } from './dtype.ts';
import { op } from './op.ts';
import { currentGenerator, type Generator } from './random.ts';
import { type Tensor, type TensorOptions, tensorOptionNames } from './tensor.ts';
import { naturalDType } from './values.ts';

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

const emptyNames: OptionNames<TensorOptions & { memoryFormat?: MemoryFormat }> = {
  ...tensorOptionNames,
  memoryFormat: true,
};

function requiring(result: Tensor, options: TensorOptions): Tensor {
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

let ambient: Device | undefined;

/**
 * Runs `body` with a device on which `empty`, `zeros`, `ones`, `full`, `arange`, `eye`, `randn`, `rand`, `randint` and `randperm`, and so
 * the layers of `nn`, make their tensors unless they are given one. On `'meta'` a model has shapes and no numbers: it costs no memory
 * and next to no time. It holds for a synchronous callback; the innermost counts.
 *
 * @throws TorchError if the body returns a promise
 * @example withDevice('meta', () => new nn.Linear(4096, 4096)).parameterCount()
 */
export function withDevice<Result>(device: Device, body: () => Result): Result {
  const before = ambient;
  ambient = device;
  try {
    const result = body();
    refusePromise(result, 'withDevice()');
    return result;
  } finally {
    ambient = before;
  }
}

/**
 * A tensor of a shape whose elements are whatever the memory held.
 *
 * @throws TorchError for a negative size, or beyond the memory limit
 * @example empty([64, 3, 32, 32], { memoryFormat: 'channels_last' })
 */
export function empty(
  shape: readonly number[],
  options: TensorOptions & { memoryFormat?: MemoryFormat } = {},
): Tensor {
  refuseUnknown('empty()', options, emptyNames);
  const { dtype = 'float32', device = ambient, memoryFormat } = options;
  return requiring(ops.empty(shape, dtype, undefined, device, undefined, memoryFormat), options);
}

/** A tensor of zeros. @throws TorchError for a negative size, or beyond the memory limit @example zeros([2, 3]) */
export function zeros(shape: readonly number[], options: TensorOptions = {}): Tensor {
  refuseUnknown('zeros()', options, tensorOptionNames);
  return requiring(
    ops.zeros(shape, options.dtype ?? 'float32', undefined, options.device ?? ambient),
    options,
  );
}

/** A tensor of ones. @throws TorchError for a negative size, or beyond the memory limit @example ones([3], { dtype: 'int64' }) */
export function ones(shape: readonly number[], options: TensorOptions = {}): Tensor {
  refuseUnknown('ones()', options, tensorOptionNames);
  return requiring(
    ops.ones(shape, options.dtype ?? 'float32', undefined, options.device ?? ambient),
    options,
  );
}

/**
 * A tensor of one value: float32 of a number, as `tensor()` makes it, bool of a boolean and int64 of a bigint, unless `dtype` says
 * otherwise.
 *
 * @throws TorchError for a negative size, beyond the memory limit, or if the value is out of the dtype's range
 * @example full([2, 2], 0.5)
 */
export function full(shape: readonly number[], value: Scalar, options: TensorOptions = {}): Tensor {
  refuseUnknown('full()', options, tensorOptionNames);
  const { dtype = naturalDType([value]), device = ambient } = options;
  return requiring(ops.full(shape, value, dtype, undefined, device), options);
}

/**
 * `start`, `start + step`, … below `end`, [n]: as in PyTorch int64 of whole numbers and float32 if one of the three is a fraction,
 * unless `dtype` says otherwise.
 *
 * @throws TorchError if the step is 0 or leads away from `end`
 * @example arange(0, 10, 2).toList() // [0n, 2n, 4n, 6n, 8n]
 */
export function arange(start: number, end: number, step = 1, options: TensorOptions = {}): Tensor {
  refuseUnknown('arange()', options, tensorOptionNames);
  const { dtype, device = ambient } = options;
  return requiring(ops.arange(start, end, step, dtype, undefined, device), options);
}

/** The identity matrix [n, n]. @throws TorchError for a negative n @example eye(3) */
export function eye(n: number, options: TensorOptions = {}): Tensor {
  refuseUnknown('eye()', options, tensorOptionNames);
  return requiring(ops.eye(n, options.dtype ?? 'float32', undefined, options.device ?? ambient), options);
}

/** What the functions that draw tensors take. */
export interface RandomOptions extends TensorOptions {
  /** Where it is left out, that of `withGenerator`, else the default one of the process. */
  generator?: Generator;
}

const randomNames: OptionNames<RandomOptions> = { ...tensorOptionNames, generator: true };

/** Values of the standard normal distribution. @throws TorchError for a dtype of whole numbers @example randn([2, 3]) */
export function randn(shape: readonly number[], options: RandomOptions = {}): Tensor {
  refuseUnknown('randn()', options, randomNames);
  const { generator = currentGenerator(), dtype = 'float32', device = ambient } = options;
  return requiring(ops.randn(shape, generator, dtype, undefined, device), options);
}

/** Values drawn uniformly from [0, 1). @throws TorchError for a dtype of whole numbers @example rand([2, 3]) */
export function rand(shape: readonly number[], options: RandomOptions = {}): Tensor {
  refuseUnknown('rand()', options, randomNames);
  const { generator = currentGenerator(), dtype = 'float32', device = ambient } = options;
  return requiring(ops.rand(shape, generator, dtype, undefined, device), options);
}

/**
 * Whole numbers drawn uniformly from [low, high), int64 unless `dtype` says otherwise.
 *
 * @throws TorchError if `low` is not below `high`, or the dtype cannot hold them
 * @example const labels = randint(0, 10, [64]);
 */
export function randint(
  low: number,
  high: number,
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor {
  refuseUnknown('randint()', options, randomNames);
  const { generator = currentGenerator(), dtype = 'int64', device = ambient } = options;
  return requiring(ops.randint(low, high, shape, generator, dtype, undefined, device), options);
}

/** A permutation of 0 … n - 1, [n], int64 unless `dtype` says otherwise. @throws TorchError for a negative n @example randperm(5) */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  refuseUnknown('randperm()', options, randomNames);
  const { generator = currentGenerator(), dtype = 'int64', device = ambient } = options;
  return requiring(ops.randperm(n, generator, dtype, undefined, device), options);
}

/** In what a new tensor differs from the one that it is like; what is left out is the same. */
export interface LikeOptions {
  dtype?: DType;
  memoryFormat?: MemoryFormat;
}

const likeNames: OptionNames<LikeOptions> = { dtype: true, memoryFormat: true };

/** Zeros in the shape, dtype and memory order of another tensor and on its device. @example zeros_like(x) */
export function zeros_like(other: Tensor, options: LikeOptions = {}): Tensor {
  refuseUnknown('zeros_like()', options, likeNames);
  const { dtype, memoryFormat } = options;
  return ops.zerosLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

/** Ones in the shape, dtype and memory order of another tensor and on its device. @example ones_like(x, { dtype: 'bool' }) */
export function ones_like(other: Tensor, options: LikeOptions = {}): Tensor {
  refuseUnknown('ones_like()', options, likeNames);
  const { dtype, memoryFormat } = options;
  return ops.onesLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

/** Whatever the memory held in the shape, dtype and memory order of another tensor and on its device. @example empty_like(x) */
export function empty_like(other: Tensor, options: LikeOptions = {}): Tensor {
  refuseUnknown('empty_like()', options, likeNames);
  const { dtype, memoryFormat } = options;
  return ops.emptyLike(other, dtype, undefined, undefined, undefined, memoryFormat);
}

/**
 * Joins tensors along a dimension that they have: [a, …], [b, …] → [a + b, …].
 *
 * @throws TorchError if there are none, or their other dimensions differ
 * @example cat([x, y], 1)
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  return ops.cat(tensors, dim);
}

/**
 * Joins tensors of one shape along a new dimension: n of […] → [n, …].
 *
 * @throws TorchError if there are none, or their shapes differ
 * @example stack(losses).mean()
 */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  return ops.stack(tensors, dim);
}

/**
 * `a` where the condition (bool) holds, `b` elsewhere; shapes broadcast. `aten.where` takes numbers too.
 *
 * @throws TorchError if the shapes do not broadcast, or the condition is not of bool
 * @example where(x.gt(0), x, zeros_like(x))
 */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return ops.where(condition, a, b);
}
