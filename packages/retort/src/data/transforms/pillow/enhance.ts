/** Pillow's ImageEnhance: a picture between what it would be without a property and itself, or beyond. */
import { greyOf, type Pixels, spread } from './pixels.ts';

const { fround } = Math;

/** A factor of 0 is the one, of 1 the picture. As Pillow's blend, in single precision and cut off. */
function blend(picture: Pixels, other: Uint8Array, factor: number): Pixels {
  if (factor === 1) return picture;
  if (factor === 0) return { ...picture, pixels: other };
  const { pixels } = picture;
  const share = fround(factor);
  const blended = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    const from = other[at] as number;
    const value = fround(from + fround(share * ((pixels[at] as number) - from)));
    blended[at] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
  return { ...picture, pixels: blended };
}

/** @param factor  0 is in greys, 1 as it is */
export const color = (picture: Pixels, factor: number): Pixels =>
  blend(picture, spread(greyOf(picture), picture.channels), factor);

/** @param factor  0 is grey, the picture's mean, 1 as it is */
export function contrast(picture: Pixels, factor: number): Pixels {
  const grey = greyOf(picture);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) sum += grey[i] as number;
  const mean = Math.trunc(sum / grey.length + 0.5);
  return blend(picture, new Uint8Array(picture.pixels.length).fill(mean), factor);
}

/** @param factor  0 is black, 1 as it is */
export const brightness = (picture: Pixels, factor: number): Pixels =>
  blend(picture, new Uint8Array(picture.pixels.length), factor);

/** Pillow's filter SMOOTH: of nine pixels the middle counts five times; those at the edges stay. */
function smooth({ pixels, height, width, channels }: Pixels): Uint8Array {
  const smoothed = pixels.slice();
  if (height < 3 || width < 3) return smoothed;
  const row = width * channels;
  for (let y = 1; y < height - 1; y++)
    for (let at = y * row + channels; at < (y + 1) * row - channels; at++) {
      let sum = 4 * (pixels[at] as number);
      for (let middle = at - row; middle <= at + row; middle += row)
        sum +=
          (pixels[middle - channels] as number) +
          (pixels[middle] as number) +
          (pixels[middle + channels] as number);
      // Rounded: no thirteenth is a half.
      smoothed[at] = Math.floor((2 * sum + 13) / 26);
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
