/** The dtypes of tensors, by PyTorch's names, and the typed array that carries each of them in and out. */

/** A tensor's element type, by PyTorch's name. Quantised and sub-byte types exist in libtorch but have no typed array here. */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'complex32'
  | 'complex64'
  | 'complex128'
  | 'float8_e4m3fn'
  | 'float8_e5m2'
  | 'float8_e4m3fnuz'
  | 'float8_e5m2fnuz'
  | 'float8_e8m0fnu';

/** The arrays that carry elements in and out; see `carriers`. */
export type TypedArray =
  | Float16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

type TypedArrayConstructor = { new (length: number): TypedArray; readonly BYTES_PER_ELEMENT: number };

/** How a dtype is carried. */
export interface Carrier {
  readonly array: TypedArrayConstructor;
  /** Array elements to one tensor element: 2 for complex numbers (real, imaginary). */
  readonly perElement: number;
}

const carrier = (array: TypedArrayConstructor, perElement = 1): Carrier => ({ array, perElement });

/**
 * The array that holds a dtype. bfloat16 and the float8 types have no JavaScript array: their bits travel in unsigned integers.
 * bool travels as bytes of 0 and 1, a complex number as real and imaginary part.
 *
 * @example carriers.int64.array // BigInt64Array
 */
export const carriers: Readonly<Record<DType, Carrier>> = {
  float16: carrier(Float16Array),
  float32: carrier(Float32Array),
  float64: carrier(Float64Array),
  bfloat16: carrier(Uint16Array),
  int8: carrier(Int8Array),
  int16: carrier(Int16Array),
  int32: carrier(Int32Array),
  int64: carrier(BigInt64Array),
  uint8: carrier(Uint8Array),
  uint16: carrier(Uint16Array),
  uint32: carrier(Uint32Array),
  uint64: carrier(BigUint64Array),
  bool: carrier(Uint8Array),
  complex32: carrier(Float16Array, 2),
  complex64: carrier(Float32Array, 2),
  complex128: carrier(Float64Array, 2),
  float8_e4m3fn: carrier(Uint8Array),
  float8_e5m2: carrier(Uint8Array),
  float8_e4m3fnuz: carrier(Uint8Array),
  float8_e5m2fnuz: carrier(Uint8Array),
  float8_e8m0fnu: carrier(Uint8Array),
};

export function isDType(name: string): name is DType {
  return Object.hasOwn(carriers, name);
}

/** Bytes of one element. */
export function itemSize(dtype: DType): number {
  const { array, perElement } = carriers[dtype];
  return array.BYTES_PER_ELEMENT * perElement;
}

/** The dtype that a typed array stands for when none is named. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Float16Array) return 'float16';
  if (array instanceof Int8Array) return 'int8';
  if (array instanceof Int16Array) return 'int16';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof Uint16Array) return 'uint16';
  if (array instanceof Uint32Array) return 'uint32';
  if (array instanceof BigUint64Array) return 'uint64';
  return 'uint8';
}

export function isFloatingPoint(dtype: DType): boolean {
  return dtype.startsWith('float') || dtype === 'bfloat16';
}
