/** Tensors of JavaScript's values: numbers, nested arrays, typed arrays, bytes. */
import { inspect } from 'node:util';
import { carriers, type DType, dtypeOf, itemSize, type TypedArray } from './dtype.ts';
import { TorchError } from './errors.ts';
import type { Scalar } from './exchange.ts';
import { guard, native } from './native.ts';
import { refuseUnknown } from './options.ts';
import { type Nested, Tensor, type TensorOptions, tensorOptionNames } from './tensor.ts';

/**
 * A tensor of the given bytes, which are copied, in row-major order; elements are of the machine's byte order. Of bool, any byte but 0
 * is true.
 *
 * @throws TorchError if there are not as many bytes as the shape needs
 * @example fromBytes(new Uint8Array(await file.arrayBuffer()), 'float16', [1000, 64])
 */
export function fromBytes(bytes: Uint8Array, dtype: DType, shape: readonly number[]): Tensor {
  return new Tensor(guard('fromBytes', () => native.create(bytes, dtype, shape)));
}

function inferShape(data: Nested<Scalar>): number[] {
  const shape: number[] = [];
  for (let level: Nested<Scalar> | undefined = data; Array.isArray(level); level = level[0])
    shape.push(level.length);
  return shape;
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';

function flatten(data: Nested<Scalar>, shape: readonly number[], depth: number, into: Scalar[]): void {
  if (Array.isArray(data)) {
    if (depth >= shape.length || data.length !== shape[depth]) {
      throw new TorchError(
        `nested arrays of unequal lengths: expected ${shape[depth] ?? 'a value'} at depth ${depth}`,
      );
    }
    for (const element of data) flatten(element, shape, depth + 1, into);
    return;
  }
  if (depth !== shape.length) throw new TorchError(`a single value among arrays at depth ${depth}`);
  if (!isScalar(data))
    throw new TorchError(
      `tensor(): ${inspect(data, { depth: 0 })}${position(into.length, shape)} is no number, boolean or bigint`,
    );
  into.push(data);
}

/** @internal The dtype of JavaScript's values: float32 if there is a number, else int64 if there is a bigint, else bool. */
export function naturalDType(values: readonly Scalar[]): DType {
  if (values.length === 0 || values.some((value) => typeof value === 'number')) return 'float32';
  return values.some((value) => typeof value === 'bigint') ? 'int64' : 'bool';
}

type Range = readonly [least: bigint, most: bigint];
const signed = (bits: bigint): Range => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
const unsigned = (bits: bigint): Range => [0n, 2n ** bits - 1n];

/** What the dtypes of whole numbers hold. */
const ranges: Partial<Record<DType, Range>> = {
  int8: signed(8n),
  int16: signed(16n),
  int32: signed(32n),
  int64: signed(64n),
  uint8: unsigned(8n),
  uint16: unsigned(16n),
  uint32: unsigned(32n),
  uint64: unsigned(64n),
};

/**
 * A value as a dtype of whole numbers takes it, by PyTorch's rules: fractions are cut off, and a negative whole number counts from the
 * end of an unsigned dtype (but uint64). Undefined where it is out of range.
 */
function wholeNumber(value: Scalar, dtype: DType, [least, most]: Range): bigint | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const isFraction = typeof value === 'number' && !Number.isInteger(value);
  const whole = BigInt(isFraction ? Math.trunc(value) : value);
  if (least < 0n) return whole >= least && whole <= most ? whole : undefined;
  if (isFraction && value < 0) return undefined;
  const beginning = dtype === 'uint64' ? 0n : -most;
  return whole >= beginning && whole <= most ? whole : undefined;
}

/** ` at [1, 2]`, of nested arrays. */
function position(i: number, shape: readonly number[]): string {
  const indices: number[] = [];
  let rest = i;
  for (const size of shape.toReversed()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices.length ? ` at [${indices.join(', ')}]` : '';
}

/** The values in the bytes of a dtype; `shape` is that in which they were given. */
function pack(values: readonly Scalar[], dtype: DType, shape: readonly number[]): Uint8Array {
  const { array: ArrayType, perElement } = carriers[dtype];
  if (perElement !== 1) throw new TorchError(`${dtype} tensors are made from a typed array of pairs`);
  const packed = new ArrayType(values.length);
  const range = ranges[dtype];
  values.forEach((value, i) => {
    if (!range) {
      // As in PyTorch, NaN is true.
      packed[i] = dtype === 'bool' ? Number(Number(value) !== 0) : Number(value);
      return;
    }
    const whole = wholeNumber(value, dtype, range);
    if (whole === undefined)
      throw new TorchError(
        `tensor(): ${value}${position(i, shape)} does not fit ${dtype}, which holds whole numbers from ${range[0]} to ${range[1]}`,
      );
    packed[i] = packed instanceof BigInt64Array || packed instanceof BigUint64Array ? whole : Number(whole);
  });
  return new Uint8Array(packed.buffer);
}

/**
 * A tensor from a number, nested arrays or a typed array. Numbers become float32 (PyTorch would make whole ones int64: JavaScript
 * cannot tell 1 from 1.0), booleans bool, bigints int64, typed arrays what they are; `dtype` says otherwise. Of bool, what is not 0 is
 * true. Of a dtype of whole numbers, fractions are cut off; of an unsigned one but uint64, -1 is the greatest. Typed arrays are
 * converted as by `to()`, which wraps round.
 *
 * @param options.shape  of a typed array or a flat one; as the data is nested where it is left out
 * @throws TorchError if nested arrays are ragged, the shape does not fit the data, or a value is none or not in the dtype's range
 * @example tensor([[1, 2], [3, 4]]); tensor(new Float32Array(6), { shape: [2, 3] });
 */
export function tensor(
  data: Nested<Scalar> | TypedArray,
  options: TensorOptions & { shape?: number[] } = {},
): Tensor {
  refuseUnknown('tensor()', options, { ...tensorOptionNames, shape: true });
  const result = ArrayBuffer.isView(data) ? ofTypedArray(data, options) : ofNested(data, options);
  const placed = options.device ? result.to(options.device) : result;
  if (options.requiresGrad) placed.requiresGrad = true;
  return placed;
}

function ofTypedArray(data: TypedArray, options: TensorOptions & { shape?: number[] }): Tensor {
  const dtype = options.dtype ?? dtypeOf(data);
  const { array: ArrayType, perElement } = carriers[dtype];
  const isByte = itemSize(dtype) === 1 && !dtype.startsWith('float8');
  const sameBytes = data instanceof ArrayType || (isByte && data.BYTES_PER_ELEMENT === 1);
  if (!sameBytes) {
    using asItIs = ofTypedArray(data, options.shape ? { shape: options.shape } : {});
    return asItIs.to(dtype);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return fromBytes(bytes, dtype, options.shape ?? [data.length / perElement]);
}

function ofNested(data: Nested<Scalar>, options: TensorOptions & { shape?: number[] }): Tensor {
  const shape = inferShape(data);
  const values: Scalar[] = [];
  flatten(data, shape, 0, values);
  const dtype = options.dtype ?? naturalDType(values);
  if (dtype === 'bfloat16' || dtype.startsWith('float8')) {
    using wide = fromBytes(pack(values, 'float32', shape), 'float32', options.shape ?? shape);
    return wide.to(dtype);
  }
  return fromBytes(pack(values, dtype, shape), dtype, options.shape ?? shape);
}
