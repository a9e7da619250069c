/** Images resized to a random share of a size (Ghiasi et al. 2021, "Simple copy-paste is a strong data augmentation method for instance segmentation"): torchvision's ScaleJitter. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { mostPixels } from '../decode/limits.ts';
import { scaledBoxes } from './boxes-moved.ts';
import { between, uniforms } from './chance.ts';
import { rangeOption } from './random-resized-crop.ts';
import { resizeBytes, resizeMasks, type Size, sizeOf, sizeOfImage, sizeOption } from './size.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  size: sizeOption
    .default(1024)
    .describe('Pixels a side, or [height, width], in which an image fits that is resized by 1'),
  scale: rangeOption(0.1, 2).describe('The least and the most that this is multiplied by'),
});

/** Images resized in bytes, antialiased, in their own shape; a random-crop to `size` may follow. What they are then is the size in which they are seen. @throws RangeError @example scaleJitter({ size: 1024 }) */
export function scaleJitter(given: z.input<typeof options> = {}): Transform<number> {
  const chosen = parseOptions('scale-jitter', options, given);
  const [high, wide] = sizeOf(chosen.size);
  const sizeFor = ([height, width]: Size, scale: number): Size => {
    const ratio = Math.min(high / height, wide / width) * scale;
    const found = [Math.max(1, Math.trunc(height * ratio)), Math.max(1, Math.trunc(width * ratio))] as const;
    if (found[0] * found[1] <= mostPixels) return found;
    throw new RangeError(
      `an image of ${height}x${width} pixels, resized to ${found.join('x')}, has more than ${mostPixels.toLocaleString('en-US')}: choose a smaller \`scale\``,
    );
  };
  return remadeAnywhere({
    name: 'scale-jitter',
    options: chosen,
    sizes: true,
    draw: (random: Random) => between(uniforms(random)(), ...chosen.scale),
    on: {
      image: (images, [scale = 1, ...others]) => {
        if (others.length > 0)
          throw new RangeError(
            'scale-jitter leaves each image of a size of its own, which images of one batch may be only where they have boxes: use random-resized-crop',
          );
        return resizeBytes(images, sizeFor(sizeOfImage(images), scale), 'bilinear');
      },
      boxes: (boxes, scale, size) => scaledBoxes(boxes, size, sizeFor(size, scale)),
      mask: (masks, [scale = 1]) => resizeMasks(masks, sizeFor(sizeOfImage(masks), scale)),
    },
  });
}

export const scaleJitterDefinition: TransformDefinition = {
  name: 'scale-jitter',
  source: 'Resized to a random share of a size (Ghiasi et al. 2021; torchvision’s ScaleJitter)',
  options,
  create: (given) => scaleJitter(given as z.input<typeof options>),
};
