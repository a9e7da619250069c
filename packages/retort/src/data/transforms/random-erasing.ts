/**
 * A part of the image erased (Zhong et al. 2020, "Random erasing data augmentation"), as timm erases it.
 *
 * timm erases after normalisation, what a network sees: with 0, or with numbers of the standard normal distribution. Here student and
 * teacher see one picture, each in its own normalisation and size, so what is erased are its bytes: 0 is the mean's byte, and noise that
 * is 1 lies a standard deviation above. It is rounded to bytes, and what would be darker than black or lighter than white, 3 of 100 numbers
 * by ImageNet's mean and deviation, is black or white.
 */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { philox4x32, type Words } from '../philox.ts';
import { between, roundToEven, uniforms, wholeBelow } from './chance.ts';
import { normalisationOption, perChannel } from './fill.ts';
import { eachPicture, type Pixels } from './pillow/pixels.ts';
import { type Attempt, rangeOption } from './random-resized-crop.ts';
import type { Box } from './size.ts';
import {
  inPlace,
  type Random,
  remadeAnywhere,
  type Transform,
  type TransformDefinition,
} from './transform.ts';

const options = z.strictObject({
  p: z.number().min(0).max(1).default(0.25).describe('Of so many images, by chance'),
  mode: z
    .enum(['pixel', 'rand', 'const'])
    .default('pixel')
    .describe('By noise in each pixel, by one colour that chance gives, or by the mean'),
  area: rangeOption(0.02, 1 / 3).describe('The least and the most of the image’s area'),
  ratio: rangeOption(0.3, 1 / 0.3).describe('The least and the most of height by width'),
  normalisation: normalisationOption
    .default('imagenet')
    .describe('Whose mean and deviation the noise has: a name, or mean and std of pixels in [0, 1]'),
});

/** Of one image. */
export interface DrawnErasing {
  readonly isErased: boolean;
  /** Of which the first that fits is taken; where none does, nothing is erased. */
  readonly attempts: readonly Attempt[];
  /** Of the noise. */
  readonly key: readonly [number, number];
}

/** The box that is erased in an image of a size, as timm finds it; null where none of the attempts fits. */
export function erasedIn(
  [height, width]: readonly [number, number],
  attempts: readonly Attempt[],
): Box | null {
  for (const { area, ratio, top, left } of attempts) {
    const target = height * width * area;
    const h = roundToEven(Math.sqrt(target * ratio));
    const w = roundToEven(Math.sqrt(target / ratio));
    if (h < height && w < width)
      return {
        top: wholeBelow(top, height - h + 1),
        left: wholeBelow(left, width - w + 1),
        height: h,
        width: w,
      };
  }
  return null;
}

/** Number after number of the standard normal distribution, by Box and Muller, two of each half of four words. */
function* normals(key: readonly [number, number]): Generator<number, never> {
  for (let counter = 0; ; counter++) {
    const [a, b, c, d]: Words = philox4x32([counter, 0, 0, 0], key);
    for (const [first, second] of [
      [a, b],
      [c, d],
    ] as const) {
      const radius = Math.sqrt(-2 * Math.log(1 - first / 0x100000000));
      const angle = (2 * Math.PI * second) / 0x100000000;
      yield radius * Math.cos(angle);
      yield radius * Math.sin(angle);
    }
  }
}

/** A part of the image erased by chance. @throws RangeError @example randomErasing({ p: 0.25, mode: 'pixel' }) */
export function randomErasing(given: z.input<typeof options> = {}): Transform<DrawnErasing> {
  const chosen = parseOptions('random-erasing', options, given);
  const { p, mode, area, ratio, normalisation } = chosen;
  const [low, high] = [Math.log(ratio[0]), Math.log(ratio[1])];

  function erased(picture: Pixels, { isErased, attempts, key }: DrawnErasing): Pixels {
    const box = isErased ? erasedIn([picture.height, picture.width], attempts) : null;
    if (!box) return picture;
    const { channels, width } = picture;
    const [mean, std] = perChannel('random-erasing', normalisation, channels);
    const noise = normals(key);
    const byte = (channel: number, of: number): number =>
      255 * ((mean[channel] ?? 0) + (std[channel] ?? 0) * of);
    const plain = Array.from({ length: channels }, (_, channel) =>
      byte(channel, mode === 'rand' ? noise.next().value : 0),
    );
    // Clamped: an assignment rounds, and cuts off at black and white.
    const pixels = Uint8ClampedArray.from(picture.pixels);
    for (let y = box.top; y < box.top + box.height; y++)
      for (let x = box.left; x < box.left + box.width; x++)
        for (let channel = 0; channel < channels; channel++)
          pixels[(y * width + x) * channels + channel] =
            mode === 'pixel' ? byte(channel, noise.next().value) : (plain[channel] ?? 0);
    return { ...picture, pixels: new Uint8Array(pixels.buffer) };
  }

  return remadeAnywhere({
    name: 'random-erasing',
    options: chosen,
    draw(random: Random) {
      const [chance = 0, ...key] = random.words();
      const next = uniforms({ words: (number = 0) => random.words(number + 1) });
      return {
        isErased: chance / 0x100000000 < p,
        key: [key[0], key[1]],
        attempts: Array.from({ length: 10 }, () => ({
          area: between(next(), ...area),
          ratio: Math.exp(between(next(), low, high)),
          top: next(),
          left: next(),
        })),
      };
    },
    on: { image: (images, drawn) => eachPicture(images, drawn, erased), ...inPlace },
  });
}

export const randomErasingDefinition: TransformDefinition = {
  name: 'random-erasing',
  source: 'A part of the image erased (Zhong et al. 2020), as timm does, in bytes',
  options,
  create: (given) => randomErasing(given as z.input<typeof options>),
};
