/** JavaScript's numbers, booleans and bigints as the bytes of a tensor. */
import { inspect } from 'node:util';
import { TorchError } from './dispatch/errors.ts';
import type { Scalar } from './dispatch/exchange.ts';
import { carriers, type DType } from './dtype.ts';

/** Numbers, booleans or bigints nested to any depth. */
export type Nested<Value> = Value | readonly Nested<Value>[];

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
  if (depth !== shape.length)
    throw new TorchError(`nested arrays have a single value among arrays at depth ${depth}`);
  if (!isScalar(data))
    throw new TorchError(
      `tensor(): ${inspect(data, { depth: 0 })}${position(into.length, shape)} is not a number, boolean or bigint`,
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
  const elements = new ArrayType(values.length);
  const range = ranges[dtype];
  values.forEach((value, i) => {
    if (!range) {
      // As in PyTorch, NaN is true.
      elements[i] = dtype === 'bool' ? Number(Number(value) !== 0) : Number(value);
      return;
    }
    const whole = wholeNumber(value, dtype, range);
    if (whole === undefined)
      throw new TorchError(
        `tensor(): ${value}${position(i, shape)} does not fit ${dtype}, which holds whole numbers from ${range[0]} to ${range[1]}`,
      );
    elements[i] =
      elements instanceof BigInt64Array || elements instanceof BigUint64Array ? whole : Number(whole);
  });
  return new Uint8Array(elements.buffer);
}

/** Values, what they lie in and how they were nested. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/**
 * @internal Nested arrays in row-major order, in the bytes of a dtype.
 *
 * @param dtype  what `naturalDType()` says where it is left out; none whose elements JavaScript has no array of
 * @throws TorchError if the arrays are ragged, or a value is none or not in the dtype's range
 */
export function packed(data: Nested<Scalar>, dtype?: DType): Packed {
  const shape = inferShape(data);
  const values: Scalar[] = [];
  flatten(data, shape, 0, values);
  const chosen = dtype ?? naturalDType(values);
  return { bytes: pack(values, chosen, shape), dtype: chosen, shape };
}
