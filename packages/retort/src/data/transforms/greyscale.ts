/** In greys, by chance, with as many channels as before: torchvision's RandomGrayscale, computed as Pillow does. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { uniforms } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { greyscale as inGreys } from './pillow/enhance.ts';
import { eachPicture } from './pillow/pixels.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  p: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe('Of so many images, by chance; 0.2 in SimCLR, MoCo v2 and SwAV'),
});

/** Takes the colours of images by chance. @throws RangeError @example greyscale({ p: 0.2 }) */
export function greyscale(given: z.input<typeof options> = {}): Transform<boolean> {
  const chosen = parseOptions('greyscale', options, given);
  return remadeAnywhere({
    name: 'greyscale',
    options: chosen,
    draw: (random: Random) => uniforms(random)() < chosen.p,
    on: {
      image(images, drawn) {
        refuseOtherChannels('greyscale', images);
        return eachPicture(images, drawn, (picture, isGrey) => (isGrey ? inGreys(picture) : picture));
      },
    },
  });
}

export const greyscaleDefinition: TransformDefinition = {
  name: 'greyscale',
  source: 'In greys or not, by chance (torchvision’s RandomGrayscale)',
  options,
  create: (given) => greyscale(given as z.input<typeof options>),
};
