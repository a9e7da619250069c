/** A part of the image, of a size that is said or drawn, and not resized: detectron2's RandomCrop. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { mostSide } from '../decode/limits.ts';
import { croppedBoxes } from './boxes-moved.ts';
import { uniforms, wholeBelow } from './chance.ts';
import { type Box, cropsOf, type Size } from './size.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const share = z.number().gt(0).max(1);
const pixels = z.number().int().min(1).max(mostSide);

const options = z
  .strictObject({
    kind: z
      .enum(['relative', 'relative-range', 'absolute', 'absolute-range'])
      .default('relative-range')
      .describe(
        'What `size` says: shares of height and width; the least shares, up to all; pixels; or the least and the most pixels of either side',
      ),
    size: z
      .tuple([z.number().positive(), z.number().positive()])
      .default([0.9, 0.9])
      .describe(
        '[height, width], or of `absolute-range` the least and the most; an image that is smaller is taken whole',
      ),
  })
  .superRefine(({ kind, size }, { addIssue }) => {
    const isShare = kind.startsWith('relative');
    if (!size.every((one) => (isShare ? share : pixels).safeParse(one).success))
      addIssue({
        code: 'custom',
        path: ['size'],
        message: isShare
          ? `must be shares above 0 and at most 1 where the kind is ${kind}`
          : `must be whole numbers of pixels where the kind is ${kind}`,
      });
    if (kind === 'absolute-range' && size[0] > size[1])
      addIssue({ code: 'custom', path: ['size'], message: 'must be the least and the most, in this order' });
  });

type Options = z.output<typeof options>;

/** Four numbers of [0, 1): of the size in two directions, and of the place. */
type Drawn = readonly [high: number, wide: number, top: number, left: number];

/** A side of the part, as detectron2 rounds it. */
function side(length: number, drawn: number, place: 0 | 1, { kind, size }: Options): number {
  const said = size[place];
  const [least, most] = size.map((pixels) => Math.min(pixels, length)) as [number, number];
  const sides = {
    relative: () => Math.trunc(length * said + 0.5),
    'relative-range': () => Math.trunc(length * (said + drawn * (1 - said)) + 0.5),
    absolute: () => Math.min(said, length),
    'absolute-range': () => least + wholeBelow(drawn, most - least + 1),
  };
  return Math.max(1, sides[kind]());
}

function partOf([height, width]: Size, [high, wide, top, left]: Drawn, chosen: Options): Box {
  const [h, w] = [side(height, high, 0, chosen), side(width, wide, 1, chosen)];
  return {
    top: wholeBelow(top, height - h + 1),
    left: wholeBelow(left, width - w + 1),
    height: h,
    width: w,
  };
}

/** A random part of the image. @throws RangeError @example randomCrop({ kind: 'absolute', size: [512, 512] }) */
export function randomCrop(given: z.input<typeof options> = {}): Transform<Drawn> {
  const chosen = parseOptions('random-crop', options, given);
  const crops = (images: Tensor, drawn: readonly Drawn[]): Tensor => {
    const [, height = 0, width = 0] = images.shape;
    return cropsOf(
      images,
      drawn.map((one) => partOf([height, width], one, chosen)),
    );
  };
  return remadeAnywhere({
    name: 'random-crop',
    options: chosen,
    draw(random: Random) {
      const next = uniforms(random);
      return [next(), next(), next(), next()] as const;
    },
    on: {
      image: crops,
      boxes: (boxes, drawn, size) => croppedBoxes(boxes, partOf(size, drawn, chosen)),
      mask: crops,
    },
  });
}

export const randomCropDefinition: TransformDefinition = {
  name: 'random-crop',
  source: 'A random part of the image, not resized (detectron2’s RandomCrop)',
  options,
  create: (given) => randomCrop(given as z.input<typeof options>),
};
