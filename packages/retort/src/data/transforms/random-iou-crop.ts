/** A part of the image that overlaps one of its boxes by so much at least (Liu et al. 2016, "SSD: single shot multibox detector"): torchvision's RandomIoUCrop. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { boxesIn, mapBoxes, type NamedBox } from '../boxes.ts';
import type { Boxes } from '../sample.ts';
import { croppedBoxes, hasCentre } from './boxes-moved.ts';
import { between, type Uniforms, uniforms, wholeBelow } from './chance.ts';
import { rangeOption } from './random-resized-crop.ts';
import { type Box, cropsOf, type Size } from './size.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  scale: rangeOption(0.3, 1)
    .refine(([, most]) => most <= 1, { error: 'must be shares of at most 1' })
    .describe('The least and the most of the image’s height and of its width, each drawn by itself'),
  ratio: rangeOption(0.5, 2).describe('The least and the most of width by height, in pixels'),
  overlaps: z
    .array(z.number().min(0))
    .min(1)
    .default([0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])
    .describe(
      'By how much a part overlaps a box at least (their common area by that of both together); one of these by chance, of which 1 and above leave the image as it is',
    ),
  trials: z.number().int().min(1).default(40).describe('Parts that are tried with one overlap'),
});

type Options = z.output<typeof options>;

/** Torchvision draws overlaps until one has a part; no image is tried for ever here: one of which no part was found with so many is left as it is. */
const rounds = 50;

/** The numbers to draw of, and the part once boxes are known: null where all of the image is left. */
interface Drawn {
  readonly random: Random;
  readonly part?: Box | null;
}

/** Common area by that of both together. */
function overlap({ top, left, height, width }: Box, box: NamedBox): number {
  const wide = Math.min(left + width, box.x + box.width) - Math.max(left, box.x);
  const high = Math.min(top + height, box.y + box.height) - Math.max(top, box.y);
  const common = Math.max(0, wide) * Math.max(0, high);
  return common / (height * width + box.width * box.height - common);
}

/** A part that is tried; null where it is of no shape that is wanted. */
function tried(next: Uniforms, [height, width]: Size, { scale, ratio }: Options): Box | null {
  const w = Math.trunc(width * between(next(), ...scale));
  const h = Math.trunc(height * between(next(), ...scale));
  const [x, y] = [next(), next()];
  if (w < 1 || h < 1 || w / h < ratio[0] || w / h > ratio[1]) return null;
  return { left: Math.trunc((width - w) * x), top: Math.trunc((height - h) * y), height: h, width: w };
}

function partOf(random: Random, size: Size, boxes: readonly NamedBox[], chosen: Options): Box | null {
  const next = uniforms(random);
  const { overlaps, trials } = chosen;
  for (let round = 0; boxes.length > 0 && round < rounds; round++) {
    const least = overlaps[wholeBelow(next(), overlaps.length)] ?? 1;
    if (least >= 1) return null;
    for (let trial = 0; trial < trials; trial++) {
      const part = tried(next, size, chosen);
      if (!part) continue;
      const within = boxes.filter((box) => hasCentre(part, box));
      if (within.some((box) => overlap(part, box) >= least)) return part;
    }
  }
  return null;
}

/** Boxes in a part: those whose centres lie in it. */
const keptIn = (boxes: Boxes, part: Box): Boxes =>
  croppedBoxes(
    mapBoxes(boxes, (box) => (hasCentre(part, box) ? box : null)),
    part,
  );

/** A random part of the image with a box in it. @throws RangeError @example randomIouCrop() */
export function randomIouCrop(given: z.input<typeof options> = {}): Transform<Drawn> {
  const chosen = parseOptions('random-iou-crop', options, given);
  const crops = (images: Tensor, drawn: readonly Drawn[]): Tensor => {
    const [, height = 0, width = 0] = images.shape;
    if (drawn.some(({ part }) => part === undefined))
      throw new RangeError('random-iou-crop is of images with boxes, and these have none: use random-crop');
    return cropsOf(
      images,
      drawn.map(({ part }) => part ?? { top: 0, left: 0, height, width }),
    );
  };
  return remadeAnywhere({
    name: 'random-iou-crop',
    options: chosen,
    draw: (random: Random): Drawn => ({ random }),
    settle: ({ random }, size, boxes) => ({ random, part: partOf(random, size, boxesIn(boxes), chosen) }),
    on: {
      image: crops,
      boxes: (boxes, { part }) => (part ? keptIn(boxes, part) : boxes),
      mask: crops,
    },
  });
}

export const randomIouCropDefinition: TransformDefinition = {
  name: 'random-iou-crop',
  source:
    'A part that overlaps a box by so much at least (Liu et al. 2016, SSD; torchvision’s RandomIoUCrop)',
  options,
  create: (given) => randomIouCrop(given as z.input<typeof options>),
};
