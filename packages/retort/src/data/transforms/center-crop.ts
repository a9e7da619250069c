/** The middle of an image, nothing by chance: torchvision's CenterCrop. */
import { functional } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { roundToEven } from './chance.ts';
import { sizeOf, sizeOption } from './size.ts';
import { remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  size: sizeOption.describe(
    'Pixels a side, or [height, width]; an image that is smaller is surrounded by black',
  ),
});

/** How many are added before and after, so that there are as many as are wanted. */
function padding(there: number, wanted: number): readonly [before: number, after: number] {
  const lacking = Math.max(wanted - there, 0);
  return [Math.floor(lacking / 2), Math.floor((lacking + 1) / 2)];
}

/** The middle of images. @throws RangeError @example centerCrop({ size: 224 }) */
export function centerCrop(given: z.input<typeof options>): Transform<null> {
  const chosen = parseOptions('center-crop', options, given);
  const [height, width] = sizeOf(chosen.size);
  return remadeAnywhere({
    name: 'center-crop',
    options: chosen,
    crops: true,
    draw: () => null,
    on: {
      image(images) {
        const [, high = 0, wide = 0] = images.shape;
        const padded =
          high < height || wide < width
            ? functional.pad(images, [0, 0, ...padding(wide, width), ...padding(high, height)])
            : images;
        const middle = (dim: number, length: number): number => roundToEven((padded.size(dim) - length) / 2);
        return padded.narrow(1, middle(1, height), height).narrow(2, middle(2, width), width).contiguous();
      },
    },
  });
}

export const centerCropDefinition: TransformDefinition = {
  name: 'center-crop',
  source: 'The middle of the image (torchvision’s CenterCrop)',
  options,
  create: (given) => centerCrop(given as z.input<typeof options>),
};
