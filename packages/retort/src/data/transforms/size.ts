/** How many pixels a transform gives, and by which interpolation. */
import { cat, functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { mostSide } from '../decode/limits.ts';

export type Interpolation = 'bilinear' | 'bicubic';

const pixels = z.number().int().min(1).max(mostSide);

/** A side, or height and width. */
export const sizeOption = z.union([pixels, z.tuple([pixels, pixels])]);

/** Height and width. */
export type Size = readonly [height: number, width: number];

/** Of an image [1, H, W, C], or of several of one size. */
export const sizeOfImage = ({ shape: [, height = 0, width = 0] }: Pick<Tensor, 'shape'>): Size => [
  height,
  width,
];

/** Where in an image, in pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** @example sizeOf(224) // [224, 224] */
export const sizeOf = (given: z.output<typeof sizeOption>): Size =>
  typeof given === 'number' ? [given, given] : given;

/**
 * Images of one size resized in bytes, antialiased, by the same computation of ATen as torchvision's Resize of uint8 tensors.
 *
 * @param images  uint8 [B, H, W, C] → uint8 [B, height, width, C]
 */
export function resizeBytes(images: Tensor, size: Size, mode: Interpolation): Tensor {
  const [, height, width] = images.shape;
  if (height === size[0] && width === size[1]) return images;
  return functional
    .interpolate(images.permute([0, 3, 1, 2]), { size, mode, antialias: true })
    .permute([0, 2, 3, 1]);
}

/** Masks of one size resized, each pixel of the class of the nearest. @param masks  uint8 [B, H, W, 1] → uint8 [B, height, width, 1] */
export function resizeMasks(masks: Tensor, size: Size): Tensor {
  const [, height, width] = masks.shape;
  if (height === size[0] && width === size[1]) return masks;
  return functional
    .interpolate(masks.permute([0, 3, 1, 2]), { size, mode: 'nearest-exact' })
    .permute([0, 2, 3, 1]);
}

/** A part of each of several images or masks [B, H, W, C], which are of one size then. @throws RangeError where they are not */
export function cropsOf(images: Tensor, boxes: readonly Box[]): Tensor {
  const [first] = boxes;
  const other = boxes.find(({ height, width }) => height !== first?.height || width !== first.width);
  if (first && other)
    throw new RangeError(
      `parts of ${first.height}x${first.width} and of ${other.height}x${other.width} pixels are of no one size, in which images of one batch must be unless they have boxes: crop \`absolute\` parts, or by random-resized-crop`,
    );
  const crops = boxes.map(({ top, left, height, width }, i) =>
    images.narrow(0, i, 1).narrow(1, top, height).narrow(2, left, width),
  );
  return cat(crops).contiguous();
}
