/** How many pixels a transform gives, and by which interpolation. */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { mostSide } from '../decode/limits.ts';

export type Interpolation = 'bilinear' | 'bicubic';

const pixels = z.number().int().min(1).max(mostSide);

/** A side, or height and width. */
export const sizeOption = z.union([pixels, z.tuple([pixels, pixels])]);

/** Height and width. */
export type Size = readonly [height: number, width: number];

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
