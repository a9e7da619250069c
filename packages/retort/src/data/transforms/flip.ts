/** The mirror image, left and right exchanged: torchvision's RandomHorizontalFlip. */
import { aten, tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { uniforms } from './chance.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  p: z.number().min(0).max(1).default(0.5).describe('Of so many images, by chance'),
});

/** Mirrors images by chance. @throws RangeError @example flip({ p: 0.5 }) */
export function flip(given: z.input<typeof options> = {}): Transform<boolean> {
  const chosen = parseOptions('flip', options, given);
  return remadeAnywhere({
    name: 'flip',
    options: chosen,
    draw: (random: Random) => uniforms(random)() < chosen.p,
    on: {
      image(images, drawn) {
        const isMirrored = tensor(Uint8Array.from(drawn, Number), {
          dtype: 'bool',
          shape: [drawn.length, 1, 1, 1],
        });
        return aten.where(isMirrored, images.flip([2]), images);
      },
    },
  });
}

export const flipDefinition: TransformDefinition = {
  name: 'flip',
  source: 'Mirrored or not, by chance (torchvision’s RandomHorizontalFlip)',
  options,
  create: (given) => flip(given as z.input<typeof options>),
};
