/** Pictures in JavaScript's memory: operations of Pillow are of bytes, one picture after another, and are no tensor's. */
import { fromBytes, type Tensor } from '@retort/torch';

/** Bytes, row-major [H, W, C], of one channel or three. */
export interface Pixels {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Applies to each image of a batch what was drawn for it.
 *
 * @param images  uint8 [B, H, W, C] → uint8 [B, H, W, C]
 * @param change  answers as many bytes
 */
export function eachPicture<Drawn>(
  images: Tensor,
  drawn: readonly Drawn[],
  change: (picture: Pixels, drawn: Drawn) => Pixels,
): Tensor {
  const [, height = 0, width = 0, channels = 0] = images.shape;
  const bytes = images.toTypedArray() as Uint8Array;
  const length = height * width * channels;
  for (const [i, one] of drawn.entries()) {
    const own = bytes.subarray(i * length, (i + 1) * length);
    const { pixels } = change({ pixels: own, height, width, channels }, one);
    if (pixels !== own) own.set(pixels);
  }
  return fromBytes(bytes, 'uint8', images.shape);
}

/** In one channel, as Pillow's `convert('L')`. */
export function greyOf({ pixels, height, width, channels }: Pixels): Uint8Array {
  if (channels === 1) return pixels;
  const grey = new Uint8Array(height * width);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] =
      ((pixels[at] as number) * 19595 +
        (pixels[at + 1] as number) * 38470 +
        (pixels[at + 2] as number) * 7471 +
        0x8000) >>
      16;
  return grey;
}

/** One channel as many. */
export function spread(grey: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return grey;
  const pixels = new Uint8Array(grey.length * channels);
  for (let i = 0, at = 0; i < grey.length; i++) {
    const byte = grey[i] as number;
    for (let channel = 0; channel < channels; channel++) pixels[at++] = byte;
  }
  return pixels;
}
