/** A part of the image of random area and shape, resized (Szegedy et al. 2015, "Going deeper with convolutions"): torchvision's RandomResizedCrop. */
import { cat, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { croppedBoxes, scaledBoxes } from './boxes-moved.ts';
import { between, oneOf, roundToEven, uniforms, wholeBelow } from './chance.ts';
import { type Box, type Interpolation, resizeBytes, type Size, sizeOf, sizeOption } from './size.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

/** The least and the most, both above 0. */
export const rangeOption = (min: number, max: number) =>
  z
    .tuple([z.number().positive(), z.number().positive()])
    .refine(([low, high]) => low <= high, { error: 'must be the least and the most, in this order' })
    .default([min, max]);

const options = z.strictObject({
  size: sizeOption
    .optional()
    .describe('Pixels a side, or [height, width], of what is given; those of the image where it is left out'),
  scale: rangeOption(0.08, 1).describe('The least and the most of the image’s area'),
  ratio: rangeOption(3 / 4, 4 / 3).describe('The least and the most of width by height'),
  interpolation: z
    .enum(['bilinear', 'bicubic', 'random'])
    .default('bilinear')
    .describe('`random` is one of the two for each image, as in timm'),
});

/** A box that fits or not, before the image's size is known. */
export interface Attempt {
  /** Of the image's. */
  readonly area: number;
  /** Width by height of a crop, height by width of what is erased, as torchvision and timm have it. */
  readonly ratio: number;
  /** Of the places at which it fits, as numbers of [0, 1). */
  readonly top: number;
  readonly left: number;
}

/** Of one image. */
export interface DrawnCrop {
  /** Of which the first that fits is taken. */
  readonly attempts: readonly Attempt[];
  readonly interpolation: Interpolation;
}

/** The largest box in the middle of which the shape is allowed. */
function centralBox([height, width]: Size, [narrow, wide]: readonly [number, number]): Box {
  const ratio = width / height;
  const [h, w] =
    ratio < narrow
      ? [roundToEven(width / narrow), width]
      : ratio > wide
        ? [height, roundToEven(height * wide)]
        : [height, width];
  return { top: Math.floor((height - h) / 2), left: Math.floor((width - w) / 2), height: h, width: w };
}

/**
 * The box that was drawn in an image of a size: as torchvision has it, the first of ten attempts that fits, else the middle.
 *
 * @example boxIn([480, 640], transform.draw(random), [3 / 4, 4 / 3])
 */
export function boxIn(
  size: Size,
  { attempts }: Pick<DrawnCrop, 'attempts'>,
  ratios: readonly [number, number],
): Box {
  const [height, width] = size;
  for (const { area, ratio, top, left } of attempts) {
    const target = height * width * area;
    const w = roundToEven(Math.sqrt(target * ratio));
    const h = roundToEven(Math.sqrt(target / ratio));
    if (w > 0 && w <= width && h > 0 && h <= height)
      return {
        top: wholeBelow(top, height - h + 1),
        left: wholeBelow(left, width - w + 1),
        height: h,
        width: w,
      };
  }
  return centralBox(size, ratios);
}

/** Boxes of images uint8 [B, H, W, C], one each, resized → uint8 [B, height, width, C]. */
export function resizedCrops(
  images: Tensor,
  boxes: readonly Box[],
  size: Size,
  modes: readonly Interpolation[],
): Tensor {
  const crops = boxes.map(({ top, left, height, width }, i) => {
    const crop = images.narrow(0, i, 1).narrow(1, top, height).narrow(2, left, width);
    return resizeBytes(crop, size, modes[i] ?? 'bilinear');
  });
  return cat(crops).contiguous();
}

/** A random part of the image, resized. @throws RangeError @example randomResizedCrop({ size: 224, interpolation: 'random' }) */
export function randomResizedCrop(given: z.input<typeof options> = {}): Transform<DrawnCrop> {
  const chosen = parseOptions('random-resized-crop', options, given);
  const { size, scale, ratio, interpolation } = chosen;
  const [narrow, wide] = [Math.log(ratio[0]), Math.log(ratio[1])];
  const cropped = (images: Tensor, drawn: readonly DrawnCrop[]): Tensor => {
    const [, height = 0, width = 0] = images.shape;
    const boxes = drawn.map((one) => boxIn([height, width], one, ratio));
    const modes = drawn.map((one) => one.interpolation);
    return resizedCrops(images, boxes, size === undefined ? [height, width] : sizeOf(size), modes);
  };
  return remadeAnywhere({
    name: 'random-resized-crop',
    options: chosen,
    crops: true,
    draw(random: Random) {
      const next = uniforms(random);
      const mode = oneOf<Interpolation>(next(), ['bilinear', 'bicubic']);
      const attempts = Array.from({ length: 10 }, () => ({
        area: between(next(), ...scale),
        ratio: Math.exp(between(next(), narrow, wide)),
        top: next(),
        left: next(),
      }));
      return { attempts, interpolation: interpolation === 'random' ? mode : interpolation };
    },
    part: (image, drawn) => ({
      box: boxIn(image, drawn, ratio),
      size: size === undefined ? image : sizeOf(size),
      interpolation: drawn.interpolation,
    }),
    // Turned whole, then cropped by itself, as DLKD has it on ImageNet.
    turn: (images, quarters, _, drawn) => cropped(images.rot90(quarters, [1, 2]), drawn),
    on: {
      image: cropped,
      boxes(boxes, drawn, from) {
        const box = boxIn(from, drawn, ratio);
        const to = size === undefined ? from : sizeOf(size);
        return scaledBoxes(croppedBoxes(boxes, box), [box.height, box.width], to);
      },
    },
  });
}

export const randomResizedCropDefinition: TransformDefinition = {
  name: 'random-resized-crop',
  source: 'A part of random area and shape, resized (Szegedy et al. 2015; torchvision’s RandomResizedCrop)',
  options,
  create: (given) => randomResizedCrop(given as z.input<typeof options>),
};
