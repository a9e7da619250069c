/** A file of an image as pixels, as Pillow's `convert('RGB')` has them, which torchvision and timm read folders by. */
import sharp from 'sharp';
import type { Picture } from '../sample.ts';
import { DamagedImage, damageOf } from './damage.ts';
import { madeGrey } from './grey.ts';
import { mostPixels } from './limits.ts';
import { orient, orientationOf } from './orientation.ts';
import { type Place, placeText, readBytes } from './place.ts';
import { decodeJpeg, decodePart, type MakeRoom, type PartOf, type PartOfPicture } from './turbo.ts';

// As many images at a time as there are threads, each decoded by one; what was decoded is not asked for again soon.
sharp.concurrency(1);
sharp.cache(false);

/** What files of the formats that are read begin with, and what follows at the eighth byte. */
const beginnings: Readonly<Record<string, readonly [begins: string, then: string]>> = {
  JPEG: ['\xff\xd8\xff', ''],
  PNG: ['\x89PNG\r\n\x1a\n', ''],
  WebP: ['RIFF', 'WEBP'],
  GIF: ['GIF8', ''],
};

/** By content: a name may say anything, and sharp would read more than images (SVG, PDF). */
function formatOf(bytes: Buffer): string | null {
  const head = bytes.toString('latin1', 0, 16);
  const found = Object.entries(beginnings).find(
    ([, [begins, then]]) => head.startsWith(begins) && head.startsWith(then, 8),
  );
  return found?.[0] ?? null;
}

type Pixels = Pick<Picture, 'pixels'>['pixels'];

/** Four inks [H·W, 4] → red, green and blue, by Pillow's formula: profiles are not heeded. */
function ofInks(inks: Uint8Array): Pixels {
  const pixels = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4) {
    const light = 255 - (inks[from + 3] ?? 0);
    for (let ink = 0; ink < 3; ink++) {
      const scaled = (inks[from + ink] ?? 0) * light + 128;
      pixels[to++] = Math.max(0, light - (((scaled >> 8) + scaled) >> 8));
    }
  }
  return pixels;
}

/** Grey of 16 bits → red, green and blue: what is above 255 is white, as Pillow has it, which scales only colours. */
function ofDeepGrey(grey: Uint16Array): Pixels {
  const pixels = new Uint8Array(grey.length * 3);
  for (const [i, value] of grey.entries()) pixels.fill(Math.min(value, 255), 3 * i, 3 * i + 3);
  return pixels;
}

/** How a file is made pixels. */
export interface Decoding {
  /** Whether the orientation that a picture says it has is applied, as Pillow's `ImageOps.exif_transpose` does, or ignored, where it is left out. */
  readonly exif?: 'ignore' | 'apply' | undefined;
  /** How many bytes the file had when it was listed. */
  readonly bytes?: number | undefined;
  /** How large annotations say that it is, as it is decoded, and which: one of another size is of others. */
  readonly size?: { readonly height: number; readonly width: number; readonly by: string } | undefined;
  /** Whether it is made grey, as Pillow's `convert('L')` of those colours. */
  readonly grey?: boolean | undefined;
  /** Whether all of an image is decoded, to the bytes that Pillow has (`exact`), or of a JPEG no more than is shown, shrunk while it is decoded. */
  readonly decode?: 'exact' | 'fast' | undefined;
}

async function decoded(bytes: Buffer, { exif }: Decoding): Promise<Picture> {
  // What libjpeg only warns of, as bytes between its segments, Pillow reads over.
  const image = sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: mostPixels });
  const metadata = await image.metadata();
  const { space, depth, channels } = metadata;
  if (exif === 'apply') orient(image, orientationOf(metadata));
  if (space === 'cmyk') image.pipelineColourspace('cmyk').toColourspace('cmyk');
  const isDeepGrey = depth === 'ushort' && channels === 1;
  if (isDeepGrey) image.toColourspace('grey16').raw({ depth: 'ushort' });
  else image.removeAlpha().raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const { height, width } = info;
  if (space === 'cmyk') return { pixels: ofInks(data), height, width };
  if (isDeepGrey) {
    const grey = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    return { pixels: ofDeepGrey(grey), height, width };
  }
  return { pixels: data, height, width };
}

const limit = `more than ${mostPixels.toLocaleString('en-US')} pixels, the most that are decoded, as by Pillow: a small file that says so may be made to fill the memory`;

const isTooLarge = (error: unknown): boolean => error instanceof Error && /pixel limit/i.test(error.message);

class OtherSize extends Error {}

/** @throws OtherSize for a picture that is of another size than is said */
function refuseOtherSize(name: string, picture: Picture | PartOfPicture, { size, exif }: Decoding): void {
  if (!size) return;
  const [height, width] = 'whole' in picture ? picture.whole : [picture.height, picture.width];
  if (height === size.height && width === size.width) return;
  const isTurned = exif !== 'apply' && height === size.width && width === size.height;
  throw new OtherSize(
    `${name}: it is ${height} pixels high and ${width} wide, and ${size.by} says ${size.height} and ${size.width}, so that boxes would be at other places: ${isTurned ? 'where it is to be turned as EXIF says, the option exif: apply does so' : 'bring the image that was annotated, or annotations of this one'}`,
  );
}

/**
 * Red, green and blue, uint8 [H, W, 3], or grey [H, W, 1] where that is asked for, as they are stored: no colour profile is heeded, nor, unless it is to be applied, the orientation of
 * EXIF; what is transparent has the colour below (of a GIF, black). Grey, palettes, CMYK and 16 bits become what Pillow makes of them; of what
 * moves, the first picture.
 *
 * @param how  `room`: memory for so many bytes of pixels, which some images are written to, their own where it is left out; `partOf`: what of a JPEG is shown and how large, of which no more is decoded then
 * @throws DamagedImage with a sentence that names the file, for one that is of no format that is read, is damaged or cut off, or has more than `mostPixels`; Error likewise for one that cannot be read, has changed, or is of another size than annotations say
 * @example await decodeFile('cat.jpg') // { pixels, height: 375, width: 500 }
 */
export async function decodeFile(
  place: Place,
  how: Decoding & { readonly room?: MakeRoom; readonly partOf?: PartOf | undefined } = {},
): Promise<Picture | PartOfPicture> {
  const name = placeText(place);
  const damaged = (what: string, cause?: unknown) => new DamagedImage(`${name}: ${what}`, { cause });
  const bytes = readBytes(place);
  if (how.bytes !== undefined && bytes.length !== how.bytes)
    throw new Error(
      `${name}: it has changed since it was listed: it had ${how.bytes.toLocaleString('en-US')} bytes, and has ${bytes.length.toLocaleString('en-US')}`,
    );
  if (bytes.length === 0) throw damaged('it is empty');
  const format = formatOf(bytes);
  if (format === null) throw damaged('it is no JPEG, PNG, WebP or GIF, whatever its name says');
  try {
    // What is turned is left to sharp, which says how.
    const isPlainJpeg = format === 'JPEG' && how.exif !== 'apply';
    const part = isPlainJpeg && how.partOf ? await decodePart(bytes, how.partOf, how.room) : null;
    const jpeg = isPlainJpeg && !part ? await decodeJpeg(bytes, how.room) : null;
    const picture = part ?? jpeg ?? (await decoded(bytes, how));
    refuseOtherSize(name, picture, how);
    return how.grey ? madeGrey(picture) : picture;
  } catch (error) {
    if (error instanceof OtherSize) throw error;
    throw damaged(isTooLarge(error) ? `it has ${limit}` : damageOf(format, bytes), error);
  }
}
