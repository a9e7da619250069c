/** The header of a safetensors file: JSON that says of each tensor its dtype, its shape and where its bytes are. */

import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import { type DType, itemSize } from '../dtype.ts';
import { Json } from './json.ts';
import { maxRank, numel } from './view.ts';

/** The format's names of the dtypes. */
export const dtypes: ReadonlyMap<string, DType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz'],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz'],
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['C64', 'complex64'],
] as const);

export interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** In bytes after the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: Entry[];
  readonly metadata: Record<string, string>;
}

function readEntry(json: Json, name: string): Entry {
  let code: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  json.members((key) => {
    if (key === 'dtype') code = json.string();
    else if (key === 'shape') shape = json.counts(maxRank);
    else if (key === 'data_offsets') offsets = json.counts(2);
    else json.skip();
  });
  const fail = (what: string): never => {
    throw new TorchError(`the entry ${quoted(name)} ${what}`);
  };
  const [begin, end] = offsets ?? [];
  if (code === undefined || !shape || begin === undefined || end === undefined)
    return fail('lacks dtype, shape or data_offsets');
  const dtype = dtypes.get(code) ?? fail(`has the unknown dtype ${quoted(code)}`);
  const bytes = numel(shape) * itemSize(dtype);
  if (end - begin !== bytes) return fail(`has ${end - begin} bytes, its shape needs ${bytes}`);
  return { name, dtype, shape, begin, end };
}

/** Sets a property of any name, `__proto__` too. */
export function define<Value>(object: Record<string, Value>, name: string, value: Value): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

function readMetadata(json: Json): Record<string, string> {
  const metadata: Record<string, string> = {};
  json.members((key) => define(metadata, key, json.string()));
  return metadata;
}

/** The entries must cover the data without overlap or hole, so that nothing can hide in the file. */
function checkCover(entries: readonly Entry[], dataLength: number): void {
  let expected = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected)
      throw new TorchError(`the data of ${quoted(name)} overlaps another's or leaves a gap`);
    expected = end;
  }
  if (expected !== dataLength)
    throw new TorchError(`the tensors take ${expected} bytes, the file has ${dataLength}`);
}

/**
 * Reads a header and checks it against the number of bytes that follow it.
 *
 * @throws TorchError that says what is wrong with it, and where
 */
export function readHeader(bytes: Buffer, dataLength: number): Header {
  if (bytes[0] !== 0x7b) throw new TorchError('its header does not begin with {');
  const json = new Json(bytes);
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  json.members((name) => {
    if (name === '__metadata__') metadata = readMetadata(json);
    else entries.push(readEntry(json, name));
  });
  if (json.peek() !== -1) json.fail('it has ended, but text follows');
  checkCover(entries, dataLength);
  return { entries, metadata };
}
