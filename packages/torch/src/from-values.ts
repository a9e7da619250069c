/** Tensors of JavaScript's values: numbers, nested arrays, typed arrays, bytes. */

import type { Scalar } from './dispatch/exchange.ts';
import { guard, native } from './dispatch/native.ts';
import { refuseUnknown } from './dispatch/options.ts';
import { carriers, type DType, dtypeOf, itemSize, type TypedArray } from './dtype.ts';
import { Tensor, type TensorOptions, tensorOptionNames } from './tensor.ts';
import { type Nested, packed } from './values.ts';

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
  const { dtype: wanted } = options;
  const isNarrow = wanted !== undefined && (wanted === 'bfloat16' || wanted.startsWith('float8'));
  const { bytes, dtype, shape } = packed(data, isNarrow ? 'float32' : wanted);
  if (!isNarrow) return fromBytes(bytes, dtype, options.shape ?? shape);
  using wide = fromBytes(bytes, dtype, options.shape ?? shape);
  return wide.to(wanted);
}
