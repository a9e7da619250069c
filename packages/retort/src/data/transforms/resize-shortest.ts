/** Images resized by their shorter side, to one of several lengths by chance: detectron2's ResizeShortestEdge, torchvision's RandomShortestSize. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { mostSide } from '../decode/limits.ts';
import { scaledBoxes } from './boxes-moved.ts';
import { uniforms, wholeBelow } from './chance.ts';
import { shortestSize } from './shortest.ts';
import { resizeBytes, resizeMasks, type Size, sizeOfImage } from './size.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const pixels = z.number().int().min(1).max(mostSide);

const options = z.strictObject({
  shortest: z
    .union([pixels, z.array(pixels).min(1)])
    .describe('Pixels of the shorter side, or several of which each image has one by chance'),
  longest: pixels.default(1333).describe('Pixels of the longer side at most'),
  dialect: z
    .enum(['torchvision', 'detectron2'])
    .default('torchvision')
    .describe('Whether sizes are cut off to whole pixels (`torchvision`) or rounded (`detectron2`)'),
});

/** Images resized in bytes, antialiased, in their own shape. What they are then is the size in which they are seen. @throws RangeError @example resizeShortest({ shortest: [640, 672, 704, 736, 768, 800] }) */
export function resizeShortest(given: z.input<typeof options>): Transform<number> {
  const chosen = parseOptions('resize-shortest', options, given);
  const { longest, dialect } = chosen;
  const lengths = [chosen.shortest].flat();
  const sizeFor = (size: Size, shortest = 1): Size => shortestSize(size, { shortest, longest }, dialect);
  return remadeAnywhere({
    name: 'resize-shortest',
    options: chosen,
    sizes: true,
    draw: (random: Random) => lengths[wholeBelow(uniforms(random)(), lengths.length)] ?? 0,
    on: {
      image: (images, [shortest, ...others]) => {
        if (others.some((other) => other !== shortest))
          throw new RangeError(
            'images of one batch must be of one size unless they have boxes, and `shortest` has several: say one, or use random-resized-crop',
          );
        return resizeBytes(images, sizeFor(sizeOfImage(images), shortest), 'bilinear');
      },
      boxes: (boxes, shortest, size) => scaledBoxes(boxes, size, sizeFor(size, shortest)),
      mask: (masks, [shortest]) => resizeMasks(masks, sizeFor(sizeOfImage(masks), shortest)),
    },
  });
}

export const resizeShortestDefinition: TransformDefinition = {
  name: 'resize-shortest',
  source:
    'Resized by the shorter side, to one of several lengths (detectron2’s ResizeShortestEdge, torchvision’s RandomShortestSize)',
  options,
  create: (given) => resizeShortest(given as z.input<typeof options>),
};
