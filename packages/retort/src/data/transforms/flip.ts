/** The mirror image, left and right exchanged: torchvision's RandomHorizontalFlip. */
import { aten, type Tensor, tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { mirroredBoxes } from './boxes-moved.ts';
import { uniforms } from './chance.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  p: z.number().min(0).max(1).default(0.5).describe('Of so many images, by chance'),
});

/** Of images or masks [B, H, W, C] those that are to be. */
function mirrored(images: Tensor, drawn: readonly boolean[]): Tensor {
  const isMirrored = tensor(Uint8Array.from(drawn, Number), {
    dtype: 'bool',
    shape: [drawn.length, 1, 1, 1],
  });
  return aten.where(isMirrored, images.flip([2]), images);
}

/** Mirrors images by chance. @throws RangeError @example flip({ p: 0.5 }) */
export function flip(given: z.input<typeof options> = {}): Transform<boolean> {
  const chosen = parseOptions('flip', options, given);
  return remadeAnywhere({
    name: 'flip',
    options: chosen,
    draw: (random: Random) => uniforms(random)() < chosen.p,
    on: {
      image: mirrored,
      boxes: (boxes, isMirrored, [, width]) => (isMirrored ? mirroredBoxes(boxes, width) : boxes),
      mask: mirrored,
    },
  });
}

export const flipDefinition: TransformDefinition = {
  name: 'flip',
  source: 'Mirrored or not, by chance (torchvision’s RandomHorizontalFlip)',
  options,
  create: (given) => flip(given as z.input<typeof options>),
};
