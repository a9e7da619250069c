/** Crop and flip as on CIFAR (He et al. 2016; the CRD benchmark): one transform of one draw, computed on the whole batch at once. */
import { arange, aten, functional, type Tensor, tensor } from '@retort/torch';
import { z } from 'zod';
import { below } from '../philox.ts';
import type { Random, Transform, TransformDefinition } from './transform.ts';

const options = z.strictObject({
  padding: z
    .number()
    .int()
    .min(0)
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

/** Where each pixel of the batch comes from: rows [B, H, 1] and columns [B, 1, W] of the padded images. */
function cropIndices(
  height: number,
  width: number,
  drawn: readonly Drawn[],
): [rows: Tensor, columns: Tensor] {
  const tops = new Int32Array(drawn.length);
  const starts = new Int32Array(drawn.length);
  const steps = new Int32Array(drawn.length);
  drawn.forEach(({ top, left, isMirrored }, i) => {
    tops[i] = top;
    starts[i] = left + (isMirrored ? width - 1 : 0);
    steps[i] = isMirrored ? -1 : 1;
  });
  const column = (values: Int32Array) => tensor(values, { dtype: 'int64', shape: [drawn.length, 1, 1] });
  const rows = column(tops).add(arange(0, height).view([1, height, 1]));
  const columns = column(starts).add(column(steps).mul(arange(0, width).view([1, 1, width])));
  return [rows, columns];
}

function crop(images: Tensor, padding: number, drawn: readonly Drawn[]): Tensor {
  const [count = 0, height = 0, width = 0] = images.shape;
  const [rows, columns] = cropIndices(height, width, drawn);
  const sample = arange(0, count).view([count, 1, 1]);
  const padded = functional.pad(images, [0, 0, padding, padding, padding, padding]);
  return padded.index([sample, rows, columns]);
}

/** A random crop of the padded image, and a mirror for every other. @throws RangeError @example cropFlip({ padding: 4 }) */
export function cropFlip(given: z.input<typeof options> = {}): Transform<Drawn> {
  const chosen = options.parse(given);
  const { padding, flip } = chosen;
  return {
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
  };
}

export const cropFlipDefinition: TransformDefinition = {
  name: 'crop-flip',
  source: 'A random crop of the padded image, mirrored or not (He et al. 2016; the CRD benchmark)',
  options,
  create: (given) => cropFlip(given as z.input<typeof options>),
};
