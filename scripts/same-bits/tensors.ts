/** The bytes of safetensors files, and how far two tensors are apart. Nothing of Retort is used: it may be what differs. */
import fs from 'node:fs';

export interface Bytes {
  /** As the format calls it, e.g. `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Bytes>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** @throws SyntaxError if its header is no JSON */
export function readTensors(file: string): TensorFile {
  const content = fs.readFileSync(file);
  const start = 8 + Number(content.readBigUInt64LE());
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(
    content.toString('utf8', 8, start),
  ) as Record<string, Entry> & { __metadata__?: Record<string, string> };
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => [name, { dtype, shape, bytes: content.subarray(start + from, start + to) }],
  );
  return { tensors: new Map(tensors as [string, Bytes][]), metadata };
}

const arrays = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Float16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

function valuesOf({ dtype, bytes }: Bytes): readonly number[] | null {
  if (!(dtype in arrays)) return null;
  const copy = new Uint8Array(bytes).buffer;
  return Array.from(new arrays[dtype as keyof typeof arrays](copy), Number);
}

/** How a tensor differs from another, in words; null where all bits are the same. */
export function difference(first: Bytes, second: Bytes): string | null {
  const kind = ({ dtype, shape }: Bytes): string => `${dtype} [${shape.join(', ')}]`;
  if (kind(first) !== kind(second)) return `${kind(first)} and ${kind(second)}`;
  if (first.bytes.equals(second.bytes)) return null;
  const [mine, theirs] = [valuesOf(first), valuesOf(second)];
  if (!mine || !theirs) return `other bytes (${kind(first)})`;
  // NaN and -0 are told apart, as their bits are.
  const apart = mine.flatMap((value, i) =>
    Object.is(value, theirs[i]) ? [] : [Math.abs(value - (theirs[i] ?? Number.NaN))],
  );
  const largest = apart.reduce((most, one) => (one > most || Number.isNaN(one) ? one : most), 0);
  return `${apart.length} of ${mine.length} values, by ${largest} at most`;
}
