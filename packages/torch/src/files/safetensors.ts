/** safetensors: eight bytes of header length, a JSON header, the tensors' bytes (github.com/huggingface/safetensors). */
import fs from 'node:fs';
import path from 'node:path';
import { type DType, itemSize } from '../dtype.ts';
import { TorchError } from '../errors.ts';
import { fromBytes, type Tensor } from '../tensor.ts';

const names = new Map<string, DType>([
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
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['C64', 'complex64'],
]);
const codes = new Map(Array.from(names, ([code, dtype]) => [dtype, code]));

/** The bound that the format's own library puts on the header. */
const maxHeader = 100_000_000;

export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function readFully(fd: number, length: number, position: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = fs.readSync(fd, bytes, done, length - done, position + done);
    if (count === 0) throw new TorchError('the file ended early');
    done += count;
  }
  return bytes;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function parseEntry(name: string, value: unknown): Entry {
  const fail = (what: string): never => {
    throw new TorchError(`the entry '${name}' ${what}`);
  };
  if (
    typeof value !== 'object' ||
    value === null ||
    !('dtype' in value) ||
    !('shape' in value) ||
    !('data_offsets' in value)
  ) {
    return fail('lacks dtype, shape or data_offsets');
  }
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype = names.get(String(code)) ?? fail(`has the unknown dtype ${String(code)}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail('has a bad shape');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail('has bad offsets');
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, itemSize(dtype));
  if (end - begin !== bytes) return fail(`has ${end - begin} bytes, its shape needs ${bytes}`);
  return { name, dtype, shape, begin, end };
}

function isTextMap(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}

function parseHeader(
  text: string,
  dataLength: number,
): { entries: Entry[]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new TorchError('the header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new TorchError('the header is no object');
  const { __metadata__: metadata = {}, ...rest } = header as Record<string, unknown>;
  if (!isTextMap(metadata)) throw new TorchError('the metadata is no object of strings');
  const entries = Object.entries(rest).map(([name, value]) => parseEntry(name, value));
  let expected = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) throw new TorchError(`the data of '${name}' overlaps another's or leaves a gap`);
    expected = end;
  }
  if (expected !== dataLength)
    throw new TorchError(`the tensors take ${expected} bytes, the file has ${dataLength}`);
  return { entries, metadata };
}

interface Opened {
  readonly fd: number;
  readonly entries: Entry[];
  readonly metadata: Record<string, string>;
  /** Where the tensors' bytes begin. */
  readonly data: number;
}

/** Opens a file and checks its header; whatever is wrong with it is told with its name. */
function withFile<Result>(file: string, body: (opened: Opened) => Result): Result {
  const fd = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(fd);
    if (size < 8) throw new TorchError('the file is shorter than a header');
    const length = Number(new DataView(readFully(fd, 8, 0).buffer).getBigUint64(0, true));
    if (length > maxHeader || 8 + length > size)
      throw new TorchError(`a header of ${length} bytes does not fit the file`);
    const text = Buffer.from(readFully(fd, length, 8)).toString();
    return body({ fd, data: 8 + length, ...parseHeader(text, size - 8 - length) });
  } catch (error) {
    if (error instanceof TorchError)
      throw new TorchError(`${file} is no sound safetensors file: ${error.message}`);
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Reads a safetensors file whole.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example const { tensors } = loadSafetensors('last.safetensors'); model.loadStateDict(tensors);
 */
export function loadSafetensors(file: string): Safetensors {
  return withFile(file, ({ fd, entries, metadata, data }) => {
    const tensors: Record<string, Tensor> = {};
    for (const { name, dtype, shape, begin, end } of entries) {
      const value = fromBytes(readFully(fd, end - begin, data + begin), dtype, shape);
      Object.defineProperty(tensors, name, { value, enumerable: true, writable: true, configurable: true });
    }
    return { tensors, metadata };
  });
}

/** The metadata of a safetensors file, without reading its tensors. @example safetensorsMetadata('best.safetensors').model */
export function safetensorsMetadata(file: string): Record<string, string> {
  return withFile(file, ({ metadata }) => metadata);
}

/** Writes a file aside, flushes it and renames it into place, so that readers see the old one or the new one. */
function writeAtomically(file: string, write: (fd: number) => void): void {
  const aside = `${file}.${process.pid}.tmp`;
  const fd = fs.openSync(aside, 'w');
  try {
    write(fd);
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    fs.renameSync(aside, file);
  } catch (error) {
    fs.rmSync(aside, { force: true });
    throw error;
  }
  const folder = fs.openSync(path.dirname(path.resolve(file)), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

/**
 * Writes tensors, row-major, with optional metadata of strings.
 *
 * @example saveSafetensors('student.safetensors', student.stateDict(), { model: 'resnet8' });
 */
export function saveSafetensors(
  file: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const items = Object.entries(tensors).map(([name, tensor]) => {
    const { dtype, shape } = tensor;
    const code = codes.get(dtype);
    if (!code) throw new TorchError(`safetensors has no dtype for '${name}' (${dtype})`);
    return { name, tensor, code, shape, item: itemSize(dtype), bytes: tensor.numel() * itemSize(dtype) };
  });
  // Widest elements first, so that every tensor is aligned to its own.
  items.sort((a, b) => b.item - a.item || (a.name < b.name ? -1 : 1));
  const header: [string, unknown][] = Object.keys(metadata).length ? [['__metadata__', metadata]] : [];
  let at = 0;
  for (const { name, code, shape, bytes } of items) {
    header.push([name, { dtype: code, shape, data_offsets: [at, at + bytes] }]);
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeAtomically(file, (fd) => {
    const writeFully = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done);
    };
    writeFully(length);
    writeFully(padded);
    for (const { tensor } of items) {
      const values = tensor.toTypedArray();
      writeFully(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}
