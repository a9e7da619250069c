/** Crop and flip as on CIFAR (He et al. 2016; the CRD benchmark): one transform of one draw, computed on the whole batch at once. */
import { arange, aten, functional, type Tensor, tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { mostSide } from '../decode/limits.ts';
import { below } from '../philox.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  padding: z
    .number()
    .int()
    .min(0)
    .max(mostSide)
    .default(4)
    .describe('Zero pixels around the image, of which a crop of the old size is taken; 4 in He et al. 2016'),
  flip: z.boolean().default(true).describe('Mirrors every other image, by chance'),
});

/** Of one image. */
interface Drawn {
  readonly top: number;
  readonly left: number;
  readonly isMirrored: boolean;
}

/** Crops of images uint8 [B, H, W, C], of their own size. Pixels are picked by one number each, which is faster than by image, row and column. */
function crop(images: Tensor, padding: number, drawn: readonly Drawn[]): Tensor {
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const [paddedHeight, paddedWidth] = [height + 2 * padding, width + 2 * padding];
  // In the padded batch as one list of pixels: where each crop's first pixel lies, and which way its rows are read.
  const firsts = drawn.map(
    ({ top, left, isMirrored }, i) =>
      (i * paddedHeight + top) * paddedWidth + left + (isMirrored ? width - 1 : 0),
  );
  const steps = drawn.map(({ isMirrored }) => (isMirrored ? -1 : 1));
  const perImage = (values: number[]) => tensor(values, { dtype: 'int64', shape: [count, 1, 1] });
  const rows = perImage(firsts).add(arange(0, height).mul(paddedWidth).view([1, height, 1]));
  const columns = perImage(steps).mul(arange(0, width).view([1, 1, width]));
  return functional
    .pad(images, [0, 0, padding, padding, padding, padding])
    .flatten(0, 2)
    .index_select(0, rows.add(columns).view([-1]))
    .view([count, height, width, channels]);
}

/** A random crop of the padded image, and a mirror for every other. @throws RangeError @example cropFlip({ padding: 4 }) */
export function cropFlip(given: z.input<typeof options> = {}): Transform<Drawn> {
  const chosen = parseOptions('crop-flip', options, given);
  const { padding, flip } = chosen;
  return remadeAnywhere({
    name: 'crop-flip',
    options: chosen,
    draw(random: Random) {
      const [first, second, third] = random.words();
      return {
        top: below(2 * padding + 1, first),
        left: below(2 * padding + 1, second),
        isMirrored: flip && below(2, third) === 1,
      };
    },
    on: { image: (images, drawn) => crop(images, padding, drawn) },
    // Mirrored as the upright image, turned, then cropped by itself, as DLKD has it.
    turn(images, quarters, upright, drawn) {
      const mirrored = tensor(
        Int32Array.from(upright, ({ isMirrored }) => (isMirrored ? 1 : 0)),
        { dtype: 'bool', shape: [upright.length, 1, 1, 1] },
      );
      const mirroredImages = aten.where(mirrored, images.flip([2]), images);
      return crop(
        mirroredImages.rot90(quarters, [1, 2]),
        padding,
        drawn.map((one) => ({ ...one, isMirrored: false })),
      );
    },
  });
}

export const cropFlipDefinition: TransformDefinition = {
  name: 'crop-flip',
  source: 'A random crop of the padded image, mirrored or not (He et al. 2016; the CRD benchmark)',
  options,
  create: (given) => cropFlip(given as z.input<typeof options>),
};
