/** Pillow's ImageEnhance: a picture between what it would be without a property and itself, or beyond. */
import { greyOf, type Pixels, spread } from './pixels.ts';
import { looked } from './tables.ts';

const { fround } = Math;

/** Between two bytes, or beyond, as Pillow's blend: in single precision, and cut off. */
function between(from: number, to: number, share: number): number {
  const value = fround(from + fround(share * (to - from))) | 0;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** The picture blended with one byte everywhere. */
function blendWith(picture: Pixels, byte: number, factor: number): Pixels {
  if (factor === 1) return picture;
  const share = fround(factor);
  const table = Uint8Array.from({ length: 256 }, (_, to) => (factor === 0 ? byte : between(byte, to, share)));
  return looked(picture, [table]);
}

/** A factor of 0 is the one, of 1 the picture. */
function blend(picture: Pixels, other: Uint8Array, factor: number): Pixels {
  if (factor === 1) return picture;
  if (factor === 0) return { ...picture, pixels: other };
  const { pixels } = picture;
  const share = fround(factor);
  const blended = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    blended[at] = between(other[at] as number, pixels[at] as number, share);
  }
  return { ...picture, pixels: blended };
}

/** @param factor  0 is in greys, 1 as it is */
export function color(picture: Pixels, factor: number): Pixels {
  const { pixels, channels } = picture;
  if (factor === 1 || channels === 1) return picture;
  if (factor === 0) return greyscale(picture);
  const grey = greyOf(picture);
  const share = fround(factor);
  const blended = new Uint8Array(pixels.length);
  for (let i = 0, at = 0; i < grey.length; i++) {
    const from = grey[i] as number;
    for (const end = at + channels; at < end; at++) blended[at] = between(from, pixels[at] as number, share);
  }
  return { ...picture, pixels: blended };
}

/** @param factor  0 is grey, the picture's mean, 1 as it is */
export function contrast(picture: Pixels, factor: number): Pixels {
  const grey = greyOf(picture);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) sum += grey[i] as number;
  const mean = Math.trunc(sum / grey.length + 0.5);
  return blendWith(picture, mean, factor);
}

/** @param factor  0 is black, 1 as it is */
export const brightness = (picture: Pixels, factor: number): Pixels => blendWith(picture, 0, factor);

/** Sums of thirteen bytes as one, rounded: no thirteenth is a half. */
const thirteenths = Uint8Array.from({ length: 13 * 255 + 1 }, (_, sum) => Math.floor((2 * sum + 13) / 26));

/** Pillow's filter SMOOTH: of nine pixels the middle counts five times; those at the edges stay. */
function smooth({ pixels, height, width, channels }: Pixels): Uint8Array {
  const smoothed = pixels.slice();
  if (height < 3 || width < 3) return smoothed;
  const row = width * channels;
  for (let y = 1; y < height - 1; y++)
    for (let at = y * row + channels; at < (y + 1) * row - channels; at++) {
      const above = at - row;
      const below = at + row;
      const sum =
        5 * (pixels[at] as number) +
        (pixels[at - channels] as number) +
        (pixels[at + channels] as number) +
        (pixels[above - channels] as number) +
        (pixels[above] as number) +
        (pixels[above + channels] as number) +
        (pixels[below - channels] as number) +
        (pixels[below] as number) +
        (pixels[below + channels] as number);
      smoothed[at] = thirteenths[sum] as number;
    }
  return smoothed;
}

/** @param factor  0 is smooth, 1 as it is, 2 sharp */
export const sharpness = (picture: Pixels, factor: number): Pixels => blend(picture, smooth(picture), factor);

/** In greys, with as many channels. */
export const greyscale = (picture: Pixels): Pixels => ({
  ...picture,
  pixels: spread(greyOf(picture), picture.channels),
});
