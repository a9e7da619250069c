/**
 * The two files of a pack: `pixels.bin`, images one behind the other as red, green and blue, and `index.bin`, 20 bytes an image: where it begins (a
 * float64), height, width and the CRC-32 of its pixels (uint32), with the CRC-32 of all of that at the end. One that is damaged has no pixels.
 */
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Picture } from '../sample.ts';

/** Where an image lies, and what it must be. */
export interface Packed {
  readonly file: string;
  readonly offset: number;
  readonly height: number;
  readonly width: number;
  readonly crc: number;
}

const entryBytes = 20;
const names = { pixels: 'pixels.bin', index: 'index.bin' } as const;

export const pixelsOf = (folder: string): string => path.join(folder, names.pixels);

/** Writes images in the order of their numbers. */
export class PackWriter {
  readonly #folder: string;
  readonly #pixels: number;
  readonly #index: DataView<ArrayBuffer>;
  #count = 0;
  #offset = 0;

  /** @param count  how many images there will be */
  constructor(folder: string, count: number) {
    this.#folder = folder;
    this.#pixels = fs.openSync(pixelsOf(folder), 'w');
    this.#index = new DataView(new ArrayBuffer(count * entryBytes + 4));
  }

  /** @param picture  null where it is damaged */
  add(picture: Picture | null): void {
    const { pixels, height, width } = picture ?? { pixels: new Uint8Array(), height: 0, width: 0 };
    const at = entryBytes * this.#count++;
    this.#index.setFloat64(at, this.#offset, true);
    this.#index.setUint32(at + 8, height, true);
    this.#index.setUint32(at + 12, width, true);
    this.#index.setUint32(at + 16, crc32(pixels), true);
    writeAll(this.#pixels, pixels, this.#offset);
    this.#offset += pixels.length;
  }

  /** On the disk when it returns: the index last. */
  finish(): void {
    const bytes = new Uint8Array(this.#index.buffer);
    this.#index.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
    fs.fsyncSync(this.#pixels);
    fs.writeFileSync(path.join(this.#folder, names.index), bytes, { flush: true });
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#pixels);
  }
}

function writeAll(file: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; )
    done += fs.writeSync(file, bytes, done, bytes.length - done, offset + done);
}

/** Where the images of a pack lie. */
export class PackIndex {
  readonly #file: string;
  readonly #entries: DataView<ArrayBuffer>;

  private constructor(file: string, entries: DataView<ArrayBuffer>) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Null where there is none for so many images, or it is damaged, or there are not as many pixels as it says. */
  static open(folder: string, count: number): PackIndex | null {
    const file = path.join(folder, names.index);
    if (!fs.existsSync(file)) return null;
    const bytes = new Uint8Array(fs.readFileSync(file));
    const entries = new DataView(bytes.buffer);
    if (bytes.length !== count * entryBytes + 4) return null;
    if (entries.getUint32(bytes.length - 4, true) !== crc32(bytes.subarray(0, -4))) return null;
    const index = new PackIndex(pixelsOf(folder), entries);
    const { offset, height, width } = index.at(count - 1);
    const found = fs.statSync(pixelsOf(folder), { throwIfNoEntry: false });
    return found?.size === offset + height * width * 3 ? index : null;
  }

  at(place: number): Packed {
    const at = entryBytes * place;
    const numbers = [8, 12, 16].map((offset) => this.#entries.getUint32(at + offset, true));
    const [height = 0, width = 0, crc = 0] = numbers;
    return { file: this.#file, offset: this.#entries.getFloat64(at, true), height, width, crc };
  }
}

/** Files that are open for reading, of this thread. */
const open = new Map<string, number>();

/** Images whose pixels were compared with their checksums, by file and place: once is enough while a process lives. */
const compared = new Set<string>();

/** The pixels of an image in a pack; null where they are not what was written, or cannot be read. @param room  memory for so many bytes */
export function readPacked(
  { file, offset, height, width, crc }: Packed,
  room: (length: number) => Uint8Array,
): Picture | null {
  const pixels = room(height * width * 3);
  try {
    const from = open.get(file) ?? fs.openSync(file, 'r');
    open.set(file, from);
    for (let done = 0; done < pixels.length; ) {
      const count = fs.readSync(from, pixels, done, pixels.length - done, offset + done);
      if (count === 0) return null;
      done += count;
    }
  } catch {
    return null;
  }
  const name = `${file} ${offset}`;
  if (!compared.has(name)) {
    if (crc32(pixels) !== crc) return null;
    compared.add(name);
  }
  return { pixels, height, width };
}

/** Writes an image anew to its place, where it was damaged. */
export function mend({ file, offset }: Packed, { pixels }: Picture): void {
  const into = fs.openSync(file, 'r+');
  try {
    writeAll(into, pixels, offset);
  } finally {
    fs.closeSync(into);
  }
}
