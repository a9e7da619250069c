/** Another size, antialiased, nothing by chance: torchvision's Resize. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { scaledBoxes } from './boxes-moved.ts';
import { resizeBytes, resizeMasks, type Size, sizeOption } from './size.ts';
import { remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  size: sizeOption.describe('Pixels of the shorter side, the other in proportion; or [height, width]'),
  interpolation: z.enum(['bilinear', 'bicubic']).default('bilinear'),
});

/** @param shorter  pixels; the longer side is cut off to whole ones, as in torchvision */
function inProportion([height, width]: Size, shorter: number): Size {
  const side = (pixels: number): number => Math.trunc((shorter * pixels) / Math.min(height, width));
  return [side(height), side(width)];
}

/** Images resized. @throws RangeError @example resize({ size: 256, interpolation: 'bicubic' }) */
export function resize(given: z.input<typeof options>): Transform<null> {
  const chosen = parseOptions('resize', options, given);
  const { size, interpolation } = chosen;
  const wanted = ([, height = 0, width = 0]: readonly number[]): Size =>
    typeof size === 'number' ? inProportion([height, width], size) : size;
  return remadeAnywhere({
    name: 'resize',
    options: chosen,
    draw: () => null,
    part: (image) => ({
      box: { top: 0, left: 0, height: image[0], width: image[1] },
      size: typeof size === 'number' ? inProportion(image, size) : size,
      interpolation,
    }),
    on: {
      image: (images) => resizeBytes(images, wanted(images.shape), interpolation),
      boxes: (boxes, _, from) => scaledBoxes(boxes, from, wanted([1, ...from])),
      mask: (masks) => resizeMasks(masks, wanted(masks.shape)),
    },
  });
}

export const resizeDefinition: TransformDefinition = {
  name: 'resize',
  source: 'Resized, antialiased, by its shorter side or to a height and width (torchvision’s Resize)',
  options,
  create: (given) => resize(given as z.input<typeof options>),
};
