/**
 * JPEGs by libjpeg-turbo itself, which sharp and Pillow read them by, to the same bytes: without a pipeline and its threads for each image, in half of
 * sharp's time. It works on the thread that calls, and writes into memory that it is given.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Picture } from '../sample.ts';
import type { Box, Size } from '../transforms/size.ts';
import type { Part } from '../transforms/transform.ts';
import { mostPixels } from './limits.ts';

/** Of turbojpeg.h, version 3. */
const decompressing = 1;
const rgb = 0;
const parameters = { subsampling: 4, width: 5, height: 6, precision: 7, colorSpace: 8 } as const;

/** How wide the blocks of pixels are that are decoded together, by how colours are sampled. */
const blockWidths: readonly number[] = [8, 16, 16, 8, 8, 32, 8];

/** RGB, YCbCr and grey, which become red, green and blue as Pillow has them; inks do not. */
const read: ReadonlySet<number> = new Set([0, 1, 2]);

/** The library's functions, of one decoder, which a thread has for itself. */
interface Turbo {
  header(bytes: Uint8Array): boolean;
  get(parameter: keyof typeof parameters): number;
  /** Shrinks to a number of eighths. */
  shrink(eighths: number): boolean;
  /** Decodes no more than this, in pixels of the shrunk image; all of it where it is null. */
  cut(box: Box | null): boolean;
  /** @param row  bytes from one row of pixels to the next */
  decompress(bytes: Uint8Array, pixels: Uint8Array, row: number): boolean;
}

/** Where a package that brings it has it. */
function libraryFile(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve('@julusian/jpeg-turbo');
    const folder = path.join(
      path.dirname(entry),
      'prebuilds',
      `jpeg-turbo-${process.platform}-${process.arch}`,
    );
    const file = path.join(folder, 'libturbojpeg.so.0');
    return fs.existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

async function load(): Promise<Turbo | null> {
  const file = libraryFile();
  if (file === null) return null;
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load(file);
    const make = library.func('void *tj3Init(int)');
    const drop = library.func('void tj3Destroy(void *)');
    let handle: unknown = make(decompressing);
    // One that has failed may keep what it read of the damaged file, and write the next outside of its memory.
    const succeeded = (code: number): boolean => {
      if (code === 0) return true;
      drop(handle);
      handle = make(decompressing);
      return false;
    };
    const header = library.func('int tj3DecompressHeader(void *, const uint8_t *, size_t)');
    const get = library.func('int tj3Get(void *, int)');
    const decompress = library.func('int tj3Decompress8(void *, const uint8_t *, size_t, void *, int, int)');
    const factor = koffi.struct({ num: 'int', denom: 'int' });
    const region = koffi.struct({ x: 'int', y: 'int', w: 'int', h: 'int' });
    const setFactor = library.func('tj3SetScalingFactor', 'int', ['void *', factor]);
    const setRegion = library.func('tj3SetCroppingRegion', 'int', ['void *', region]);
    const nothing: Box = { top: 0, left: 0, height: 0, width: 0 };
    if (!handle) return null;
    return {
      header: (bytes) => succeeded(header(handle, bytes, bytes.length)),
      get: (parameter) => get(handle, parameters[parameter]),
      shrink: (eighths) => setFactor(handle, { num: 1, denom: 8 / eighths }) === 0,
      cut(box) {
        const { left: x, top: y, width: w, height: h } = box ?? nothing;
        return setRegion(handle, { x, y, w, h }) === 0;
      },
      decompress: (bytes, pixels, row) =>
        succeeded(decompress(handle, bytes, bytes.length, pixels, row, rgb)),
    };
  } catch {
    // Where it cannot be loaded, sharp reads the same.
    return null;
  }
}

let loaded: Promise<Turbo | null> | null = null;

/** The head of a JPEG that it reads, of so many pixels; null where it is left to sharp: in inks, of another depth, damaged, or where the library is not there. */
async function opened(bytes: Uint8Array): Promise<{ turbo: Turbo; height: number; width: number } | null> {
  loaded ??= load();
  const turbo = await loaded;
  if (!turbo?.header(bytes) || !read.has(turbo.get('colorSpace')) || turbo.get('precision') !== 8)
    return null;
  const [height, width] = [turbo.get('height'), turbo.get('width')];
  return height * width > mostPixels ? null : { turbo, height, width };
}

/** Memory for so many bytes. */
export type MakeRoom = (length: number) => Uint8Array;

const ownRoom: MakeRoom = (length) => new Uint8Array(length);

/** A JPEG as red, green and blue; null where it is left to sharp. */
export async function decodeJpeg(bytes: Uint8Array, room = ownRoom): Promise<Picture | null> {
  const { turbo, height, width } = (await opened(bytes)) ?? {};
  if (!turbo || !height || !width) return null;
  const pixels = room(height * width * 3);
  return turbo.decompress(bytes, pixels, width * 3) ? { pixels, height, width } : null;
}

/** An image of which a part alone was decoded, shrunk maybe: what lies outside of the box may be anything. */
export interface PartOfPicture extends Picture {
  readonly box: Box;
  /** Of the image before it was shrunk. */
  readonly whole: Size;
}

/** What of an image of a size is shown, and in which size. */
export type PartOf = (size: Size) => Pick<Part, 'box' | 'size'>;

/** As few eighths as leave the part at least as large as it is shown: those for which the library has fast code. */
const eighthsFor = ({ box, size }: Pick<Part, 'box' | 'size'>): number =>
  [1, 2, 4].find((eighths) => box.height * eighths >= 8 * size[0] && box.width * eighths >= 8 * size[1]) ?? 8;

/** A box in pixels of an image that was shrunk, within it. */
function shrunkBox({ top, left, height, width }: Box, eighths: number, [high, wide]: Size): Box {
  const place = (pixels: number): number => Math.round((pixels * eighths) / 8);
  return {
    top: place(top),
    left: place(left),
    height: Math.min(high, place(top + height)) - place(top),
    width: Math.min(wide, place(left + width)) - place(left),
  };
}

/** A box with what lies around it: what is resized looks beyond its edges, and colours that are sampled coarsely come from between two blocks. */
function around(
  { top, left, height, width }: Box,
  { size }: Pick<Part, 'size'>,
  block: number,
  [high, wide]: Size,
): Box {
  const scale = Math.max(height / size[0], width / size[1]);
  const edge = Math.ceil((2 * scale + 2) / block) * block + block;
  const above = Math.max(0, top - edge);
  // The library begins with a whole block.
  const before = Math.max(0, Math.floor((left - edge) / block) * block);
  return {
    top: above,
    left: before,
    height: Math.min(high, top + height + edge) - above,
    width: Math.min(wide, left + width + edge) - before,
  };
}

/**
 * A JPEG of which a part is decoded, shrunk while its frequencies become pixels, to a half, a quarter or an eighth, where it is shown smaller; null where it is
 * left to sharp. Where it is not shrunk, the part has the bytes that it has in all of the image. What lies below is not looked at, be it damaged or not.
 */
export async function decodePart(
  bytes: Uint8Array,
  partOf: PartOf,
  room = ownRoom,
): Promise<PartOfPicture | null> {
  const { turbo, height, width } = (await opened(bytes)) ?? {};
  const blockWidth = turbo && blockWidths[turbo.get('subsampling')];
  if (!turbo || !height || !width || blockWidth === undefined) return null;
  const part = partOf([height, width]);
  const eighths = eighthsFor(part);
  const shrunk: Size = [Math.ceil((height * eighths) / 8), Math.ceil((width * eighths) / 8)];
  const box = shrunkBox(part.box, eighths, shrunk);
  const cut = around(box, part, (blockWidth * eighths) / 8, shrunk);
  const row = shrunk[1] * 3;
  const pixels = room(shrunk[0] * row);
  const into = pixels.subarray(cut.top * row + cut.left * 3);
  try {
    if (!turbo.shrink(eighths) || !turbo.cut(cut) || !turbo.decompress(bytes, into, row)) return null;
  } finally {
    turbo.cut(null);
    turbo.shrink(8);
  }
  return { pixels, height: shrunk[0], width: shrunk[1], box, whole: [height, width] };
}
