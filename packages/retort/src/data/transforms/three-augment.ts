/** Greys, inverted highlights or a blur, one of the three for each image (Touvron et al. 2022, "DeiT III: revenge of the ViT"), as its authors' code has it. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { between, oneOf, uniforms } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { gaussianBlur } from './pillow/blur.ts';
import { greyscale } from './pillow/enhance.ts';
import { eachPicture, type Pixels } from './pillow/pixels.ts';
import { solarize } from './pillow/tables.ts';
import {
  inPlace,
  type Random,
  remadeAnywhere,
  type Transform,
  type TransformDefinition,
} from './transform.ts';

const options = z.strictObject({});

/** Of one image. */
export interface DrawnOfThree {
  readonly change: 'grey' | 'solarize' | 'blur';
  /** The blur's, in pixels: 0.1 to 2. */
  readonly deviation: number;
}

function changed(picture: Pixels, { change, deviation }: DrawnOfThree): Pixels {
  if (change === 'grey') return greyscale(picture);
  return change === 'solarize' ? solarize(picture, 128) : gaussianBlur(picture, deviation);
}

/** One of three changes for each image. @throws RangeError @example threeAugment() */
export function threeAugment(given: z.input<typeof options> = {}): Transform<DrawnOfThree> {
  return remadeAnywhere({
    name: 'three-augment',
    options: parseOptions('three-augment', options, given),
    draw(random: Random) {
      const next = uniforms(random);
      return { change: oneOf(next(), ['grey', 'solarize', 'blur']), deviation: between(next(), 0.1, 2) };
    },
    on: {
      image(images, drawn) {
        refuseOtherChannels('three-augment', images);
        return eachPicture(images, drawn, changed);
      },
      ...inPlace,
    },
  });
}

export const threeAugmentDefinition: TransformDefinition = {
  name: 'three-augment',
  source: 'In greys, solarised or blurred (Touvron et al. 2022, DeiT III)',
  options,
  create: (given) => threeAugment(given as z.input<typeof options>),
};
