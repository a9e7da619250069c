/**
 * Zip archives as torch.save writes them: entries stored, none compressed or encrypted. Strict where zip is lax, so that no two readers
 * see different files in one archive: its parts follow one another, and what is written twice must agree.
 */
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import type { OpenFile } from './open-file.ts';

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
const sizes = { local: 30, central: 46, end: 22, end64: 56, locator: 20 };

/** A directory of about 200,000 entries. */
const maxDirectory = 16 << 20;

const encrypted = 1 << 0;
const sizesFollow = 1 << 3;

/** An entry as the central directory describes it. */
interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly stored: number;
  /** Where its local header is, and where what follows it begins. */
  readonly start: number;
  end: number;
}

/** Where the bytes of an entry are in the file. */
export interface Stored {
  readonly position: number;
  readonly length: number;
  /** The CRC-32 of them that is written down. */
  readonly crc: number;
}

interface Directory {
  readonly position: number;
  readonly length: number;
  readonly count: number;
}

const max16 = 0xffff;
const max32 = 0xffffffff;

const big = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** The last record of the file, which a comment may follow. */
function findEnd(file: OpenFile): { end: Buffer; position: number } {
  const length = Math.min(file.size, sizes.end + max16);
  const tail = file.bytes(file.size - length, length);
  for (let at = length - sizes.end; at >= 0; at--) {
    if (tail.readUInt32LE(at) === signatures.end && at + sizes.end + tail.readUInt16LE(at + 20) === length)
      return { end: tail.subarray(at, at + sizes.end), position: file.size - length + at };
  }
  throw new TorchError('the zip archive is cut off: its directory is missing');
}

function findDirectory(file: OpenFile): Directory {
  const { end, position } = findEnd(file);
  const small = {
    disk: end.readUInt16LE(4),
    count: end.readUInt16LE(10),
    length: end.readUInt32LE(12),
    position: end.readUInt32LE(16),
  };
  const fail = (): never => {
    throw new TorchError('the end of the zip archive contradicts itself');
  };
  const at = position - sizes.locator;
  const locator = at >= 0 ? file.bytes(at, sizes.locator) : undefined;
  const is64 = locator?.readUInt32LE(0) === signatures.locator;
  if (!locator || !is64) {
    if (small.disk !== 0 || small.position + small.length !== position) return fail();
    return small;
  }
  const position64 = big(locator, 8);
  if (position64 + sizes.end64 !== at) return fail();
  const end64 = file.bytes(position64, sizes.end64);
  const large = { count: big(end64, 32), length: big(end64, 40), position: big(end64, 48) };
  const agree = (a: number, b: number, most: number): boolean => a === b || a === most;
  if (
    end64.readUInt32LE(0) !== signatures.end64 ||
    large.position + large.length !== position64 ||
    !agree(small.count, large.count, max16) ||
    !agree(small.length, large.length, max32) ||
    !agree(small.position, large.position, max32)
  )
    return fail();
  return large;
}

/** The values that did not fit 32 bits follow in the extra field 1, in the order of the header. */
function widen(values: number[], extra: Buffer): number[] {
  let wide: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) wide = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let at = 0;
  return values.map((value) => {
    if (value !== max32 || at + 8 > wide.length) return value;
    at += 8;
    return big(wide, at - 8);
  });
}

function checkName(name: string): void {
  if (/^$|^\/|\\|\0|(^|\/)\.\.(\/|$)/.test(name))
    throw new TorchError(`the zip archive has an entry with the name ${quoted(name)}`);
}

function readDirectory(file: OpenFile): Entry[] {
  const { position, length, count } = findDirectory(file);
  if (length > maxDirectory || count * sizes.central > length)
    throw new TorchError(`the zip archive has a directory of ${length} bytes for ${count} entries`);
  const directory = file.bytes(position, length);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const header = directory.subarray(at, at + sizes.central);
    if (header.length < sizes.central || header.readUInt32LE(0) !== signatures.central)
      throw new TorchError(`the directory of the zip archive is damaged at entry ${i}`);
    const nameEnd = at + sizes.central + header.readUInt16LE(28);
    const extraEnd = nameEnd + header.readUInt16LE(30);
    const name = directory.toString('utf8', at + sizes.central, nameEnd);
    checkName(name);
    const narrow = [header.readUInt32LE(24), header.readUInt32LE(20), header.readUInt32LE(42)];
    const [size = 0, stored = 0, start = 0] = widen(narrow, directory.subarray(nameEnd, extraEnd));
    entries.push({
      name,
      flags: header.readUInt16LE(8),
      method: header.readUInt16LE(10),
      crc: header.readUInt32LE(16),
      size,
      stored,
      start,
      end: 0,
    });
    at = extraEnd + header.readUInt16LE(32);
  }
  if (at !== length) throw new TorchError('the directory of the zip archive is not as long as it says');
  const inOrder = entries.toSorted((a, b) => a.start - b.start);
  if (inOrder[0] && inOrder[0].start !== 0)
    throw new TorchError('the file does not begin as a zip archive does');
  inOrder.forEach((entry, i) => {
    entry.end = inOrder[i + 1]?.start ?? position;
  });
  return entries;
}

/** Entries by name, found without being read. */
export class Zip {
  readonly #file: OpenFile;
  readonly #entries = new Map<string, Entry>();

  /** @throws TorchError if the directory is damaged, or has two entries of one name */
  constructor(file: OpenFile) {
    this.#file = file;
    for (const entry of readDirectory(file)) {
      if (this.#entries.has(entry.name))
        throw new TorchError(`the zip archive has two entries with the name ${quoted(entry.name)}`);
      this.#entries.set(entry.name, entry);
    }
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * Where an entry's bytes are.
   *
   * @throws TorchError if it is missing, compressed or encrypted, reaches into another, or its own header says otherwise than the directory
   */
  find(name: string): Stored {
    const fail = (what: string): never => {
      throw new TorchError(`the zip entry ${quoted(name)} ${what}`);
    };
    const entry = this.#entries.get(name) ?? fail('is missing');
    if (entry.flags & encrypted) fail('is encrypted');
    // What is compressed could be a bomb.
    if (entry.method !== 0) fail('is compressed, which torch.save never does');
    if (entry.size !== entry.stored) fail(`has ${entry.stored} bytes for ${entry.size}`);
    const { start, end, size } = entry;
    if (start + sizes.local + size > end) fail('reaches into another');
    const header = this.#file.bytes(start, sizes.local);
    if (header.readUInt32LE(0) !== signatures.local) fail('has no header');
    const nameLength = header.readUInt16LE(26);
    const extraLength = header.readUInt16LE(28);
    const position = start + sizes.local + nameLength + extraLength;
    if (position + size > end) fail('reaches into another');
    const rest = this.#file.bytes(start + sizes.local, nameLength + extraLength);
    const [length, stored] = widen(
      [header.readUInt32LE(22), header.readUInt32LE(18)],
      rest.subarray(nameLength),
    );
    const known = (header.readUInt16LE(6) & sizesFollow) === 0;
    if (
      rest.toString('utf8', 0, nameLength) !== name ||
      header.readUInt16LE(6) !== entry.flags ||
      header.readUInt16LE(8) !== entry.method ||
      (known && (length !== size || stored !== size))
    )
      fail('has a header that contradicts the directory');
    return { position, length: size, crc: entry.crc };
  }
}
