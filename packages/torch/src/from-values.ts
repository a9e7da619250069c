/** Tensors of JavaScript's values: numbers, nested arrays, typed arrays, bytes. */
import { carriers, type DType, dtypeOf, itemSize, type TypedArray } from './dtype.ts';
import { TorchError } from './errors.ts';
import type { Scalar } from './exchange.ts';
import { guard, native } from './native.ts';
import { type Nested, Tensor, type TensorOptions } from './tensor.ts';

/**
 * A tensor of the given bytes, which are copied, in row-major order; elements are of the machine's byte order.
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
  into.push(data as Scalar);
}

function pack(values: readonly Scalar[], dtype: DType): Uint8Array {
  const { array: ArrayType, perElement } = carriers[dtype];
  if (perElement !== 1) throw new TorchError(`${dtype} tensors are made from a typed array of pairs`);
  const packed = new ArrayType(values.length);
  values.forEach((value, i) => {
    packed[i] =
      packed instanceof BigInt64Array || packed instanceof BigUint64Array ? BigInt(value) : Number(value);
  });
  return new Uint8Array(packed.buffer);
}

/**
 * A tensor from a number, nested arrays or a typed array. Numbers become float32 (PyTorch would make whole ones int64: JavaScript
 * cannot tell 1 from 1.0), booleans bool, bigints int64, typed arrays what they are; `dtype` says otherwise.
 *
 * @param options.shape  of a typed array or a flat one; as the data is nested where it is left out
 * @throws TorchError if nested arrays are ragged or the shape does not fit the data
 * @example tensor([[1, 2], [3, 4]]); tensor(new Float32Array(6), { shape: [2, 3] });
 */
export function tensor(
  data: Nested<Scalar> | TypedArray,
  options: TensorOptions & { shape?: number[] } = {},
): Tensor {
  const result = ArrayBuffer.isView(data) ? ofTypedArray(data, options) : ofNested(data, options);
  const placed = options.device ? result.to(options.device) : result;
  if (options.requiresGrad) placed.requiresGrad = true;
  return placed;
}

function ofTypedArray(data: TypedArray, options: TensorOptions & { shape?: number[] }): Tensor {
  const dtype = options.dtype ?? dtypeOf(data);
  const { array: ArrayType, perElement } = carriers[dtype];
  const sameBytes = data instanceof ArrayType || (itemSize(dtype) === 1 && data.BYTES_PER_ELEMENT === 1);
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
  const natural =
    typeof values[0] === 'boolean' ? 'bool' : typeof values[0] === 'bigint' ? 'int64' : 'float32';
  const dtype = options.dtype ?? natural;
  if (dtype === 'bfloat16' || dtype.startsWith('float8')) {
    using wide = fromBytes(pack(values, 'float32'), 'float32', options.shape ?? shape);
    return wide.to(dtype);
  }
  return fromBytes(pack(values, dtype), dtype, options.shape ?? shape);
}
