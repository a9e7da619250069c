/** Writes pickles by hand, sound ones and such as no pickler writes, and the files of torch.save around them. */
import { archive } from './zip.ts';

export const raw = (text: string): Buffer => Buffer.from(text, 'latin1');

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const uint64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
};

/** A value as the opcodes that push it: bytes are opcodes already, an array is a tuple. */
export type Value = null | boolean | number | bigint | string | Buffer | readonly Value[];

function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(20);
  for (let i = 0; i < 20; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return Buffer.concat([raw('\x8a\x14'), bytes]);
}

export function push(value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value === null) return raw('N');
  if (typeof value === 'boolean') return raw(value ? '\x88' : '\x89');
  if (typeof value === 'bigint') return long(value);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return long(BigInt(value));
    const bytes = Buffer.alloc(9, 'G');
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([raw('X'), uint32(bytes.length), bytes]);
  }
  return Buffer.concat([raw('('), ...value.map(push), raw('t')]);
}

export const sequence = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? raw(part) : part)));

export const global = (module: string, name: string): Buffer => raw(`c${module}\n${name}\n`);
export const call = (callable: Buffer, ...args: Value[]): Buffer => sequence(callable, push(args), 'R');
export const list = (...items: Value[]): Buffer => sequence('](', ...items.map(push), 'e');
export const dict = (...items: Value[]): Buffer => sequence('}(', ...items.map(push), 'u');

export const storage = (
  key: Value,
  count: Value,
  type: Value = global('torch', 'FloatStorage'),
  ...rest: Value[]
): Buffer => sequence(push(['storage', type, key, 'cpu', count, ...rest]), 'Q');

export const tensor = (from: Value, offset: Value, size: Value, stride: Value, ...rest: Value[]): Buffer =>
  call(global('torch._utils', '_rebuild_tensor_v2'), from, offset, size, stride, false, null, ...rest);

/** A whole pickle. */
export const pickle = (content: Value, protocol = 2): Buffer =>
  sequence(raw('\x80'), Buffer.from([protocol]), push(content), '.');

/** The bytes of a storage by its key. */
export type Data = Readonly<Record<string, Buffer>>;

const prologue = sequence(
  pickle(0x1950a86a20f9469cfc6cn),
  pickle(1001),
  pickle(dict('protocol_version', 1001, 'little_endian', true, 'type_sizes', sequence('}'))),
);

/** A file of torch.save, legacy format. Storages are of four bytes an element. */
export function legacyFile(object: Buffer, data: Data = {}): Buffer {
  const storages = Object.values(data).map((bytes) => sequence(uint64(BigInt(bytes.length / 4)), bytes));
  return sequence(prologue, object, pickle(list(...Object.keys(data))), ...storages);
}

/** A file of torch.save, zip format. */
export function zipFile(object: Buffer, data: Data = {}): Buffer {
  const storages = Object.entries(data).map(([key, bytes]) => ({ name: `a/data/${key}`, data: bytes }));
  return archive([
    { name: 'a/data.pkl', data: object },
    { name: 'a/byteorder', data: raw('little') },
    ...storages,
  ]);
}
