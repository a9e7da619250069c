/** Brightness, contrast, saturation and hue changed by chance, in an order by chance: torchvision's ColorJitter. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { between, type Uniforms, uniforms, wholeBelow } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './torchvision/color.ts';
import { eachImage } from './torchvision/each-image.ts';
import {
  inPlace,
  type Random,
  remadeAnywhere,
  type Transform,
  type TransformDefinition,
} from './transform.ts';

/** A number: 1 more or less by it, never below 0. Or the least and the most. */
const factor = z
  .union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])])
  .refine((given) => typeof given === 'number' || given[0] <= given[1], {
    error: 'must be the least and the most, in this order',
  })
  .default(0);

const turn = z.number().min(-0.5).max(0.5);

const options = z.strictObject({
  brightness: factor.describe('Factors from 1 - this to 1 + this, never below 0; or [least, most]'),
  contrast: factor.describe('The same of contrast'),
  saturation: factor.describe('The same of saturation'),
  hue: z
    .union([turn.min(0), z.tuple([turn, turn])])
    .refine((given) => typeof given === 'number' || given[0] <= given[1], {
      error: 'must be the least and the most, in this order',
    })
    .default(0)
    .describe(
      'Turns of the circle of hues by up to this share of it, either way, at most 0.5; or [least, most]',
    ),
  p: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Of so many images, by chance; of all where it is left out'),
});

const changes = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
} as const;

type Property = keyof typeof changes;

/** What is changed of one image, one after another, and by how much. */
export type DrawnColors = readonly (readonly [Property, number])[];

type Range = readonly [least: number, most: number];

/** Null where nothing changes. */
function rangeOf(given: number | readonly [number, number], center: 0 | 1): Range | null {
  const [least, most] = typeof given === 'number' ? [center - given, center + given] : [given[0], given[1]];
  if (least === center && most === center) return null;
  return [center === 1 ? Math.max(least, 0) : least, most];
}

/** An order of several by chance (Fisher and Yates). */
function shuffled<T>(items: readonly T[], next: Uniforms): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = wholeBelow(next(), last + 1);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

/** Changes the colours of an image, as drawn. @param image  uint8 [C, H, W] of one channel or three */
export const jittered = (image: Tensor, drawn: DrawnColors): Tensor =>
  drawn.reduce((shown, [property, amount]) => changes[property](shown, amount), image);

/** Colours changed by chance. @throws RangeError @example colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4 }) */
export function colorJitter(given: z.input<typeof options> = {}): Transform<DrawnColors> {
  const chosen = parseOptions('color-jitter', options, given);
  const ranges = [
    ['brightness', rangeOf(chosen.brightness, 1)],
    ['contrast', rangeOf(chosen.contrast, 1)],
    ['saturation', rangeOf(chosen.saturation, 1)],
    ['hue', rangeOf(chosen.hue, 0)],
  ] as const;
  return remadeAnywhere({
    name: 'color-jitter',
    options: chosen,
    draw(random: Random) {
      const next = uniforms(random);
      if (chosen.p !== undefined && next() >= chosen.p) return [];
      return shuffled(ranges, next).flatMap(([property, range]) => {
        const uniform = next();
        return range ? [[property, between(uniform, ...range)] as const] : [];
      });
    },
    on: {
      image(images, drawn) {
        refuseOtherChannels('color-jitter', images);
        return eachImage(images, drawn, jittered);
      },
      ...inPlace,
    },
  });
}

export const colorJitterDefinition: TransformDefinition = {
  name: 'color-jitter',
  source:
    'Brightness, contrast, saturation and hue by chance, in an order by chance (torchvision’s ColorJitter)',
  options,
  create: (given) => colorJitter(given as z.input<typeof options>),
};
