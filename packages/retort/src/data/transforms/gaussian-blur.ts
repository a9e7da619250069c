/** A Gaussian blur of random strength, by chance, as self-supervised training has it since SimCLR (Chen et al. 2020): Pillow's GaussianBlur. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { between, uniforms } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { gaussianBlur as blurred } from './pillow/blur.ts';
import { eachPicture } from './pillow/pixels.ts';
import { rangeOption } from './random-resized-crop.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  p: z.number().min(0).max(1).default(0.5).describe('Of so many images, by chance; 0.5 in MoCo v2'),
  deviation: rangeOption(0.1, 2).describe(
    'The least and the most of its deviation, in pixels; 0.1 and 2 in MoCo v2, for images of 224',
  ),
});

/** Blurs images by chance. @throws RangeError @example gaussianBlur({ p: 0.5, deviation: [0.1, 2] }) */
export function gaussianBlur(given: z.input<typeof options> = {}): Transform<number | null> {
  const chosen = parseOptions('gaussian-blur', options, given);
  return remadeAnywhere({
    name: 'gaussian-blur',
    options: chosen,
    draw(random: Random) {
      const next = uniforms(random);
      return next() < chosen.p ? between(next(), ...chosen.deviation) : null;
    },
    on: {
      image(images, drawn) {
        refuseOtherChannels('gaussian-blur', images);
        return eachPicture(images, drawn, (picture, deviation) =>
          deviation === null ? picture : blurred(picture, deviation),
        );
      },
    },
  });
}

export const gaussianBlurDefinition: TransformDefinition = {
  name: 'gaussian-blur',
  source: 'Blurred or not, by chance and of random strength (Chen et al. 2020; MoCo v2’s GaussianBlur)',
  options,
  create: (given) => gaussianBlur(given as z.input<typeof options>),
};
