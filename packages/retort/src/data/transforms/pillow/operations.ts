/** timm's operations on pictures, by its names (`auto_augment.py` of timm 1.0.31): how strong a level is, and what Pillow does then. */
import { between, oneOf, type Uniforms } from '../chance.ts';
import { affine, type Fetching, rotate } from './affine.ts';
import { gaussianBlur } from './blur.ts';
import { brightness, color, contrast, sharpness } from './enhance.ts';
import type { Pixels } from './pixels.ts';
import { autoContrast, equalize, invert, posterize, solarize, solarizeAdd } from './tables.ts';

interface Operation {
  /** What a level, 0 to 10, means to it; those that go both ways draw which. */
  strength(level: number, next: Uniforms): number;
  apply(picture: Pixels, strength: number, fetching: Fetching): Pixels;
}

const eitherWay = (value: number, next: Uniforms): number => (next() > 0.5 ? -value : value);

const without = (apply: (picture: Pixels) => Pixels): Operation => ({ strength: () => 0, apply });

/** From 0.1 to 1.9: less, unchanged in the middle, more. */
const enhancing = (apply: Operation['apply']): Operation => ({
  strength: (level) => (level / 10) * 1.8 + 0.1,
  apply,
});

/** The higher the level, the further from unchanged, either way. */
const enhancingMore = (apply: Operation['apply']): Operation => ({
  strength: (level, next) => Math.max(0.1, 1 + eitherWay((level / 10) * 0.9, next)),
  apply,
});

const bothWays = (most: number, apply: Operation['apply']): Operation => ({
  strength: (level, next) => eitherWay((level / 10) * most, next),
  apply,
});

const between01 = (level: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, between(level / 10, low, high)));

const bits = (level: number): number => Math.trunc((level / 10) * 4);

const threshold = (level: number): number => Math.min(256, Math.trunc((level / 10) * 256));

const operations = {
  AutoContrast: without(autoContrast),
  Equalize: without(equalize),
  Invert: without(invert),
  Rotate: bothWays(30, rotate),
  Posterize: { strength: bits, apply: posterize },
  PosterizeIncreasing: { strength: (level) => 4 - bits(level), apply: posterize },
  Solarize: { strength: threshold, apply: solarize },
  SolarizeIncreasing: { strength: (level) => 256 - threshold(level), apply: solarize },
  SolarizeAdd: { strength: (level) => Math.min(128, Math.trunc((level / 10) * 110)), apply: solarizeAdd },
  Color: enhancing(color),
  ColorIncreasing: enhancingMore(color),
  Contrast: enhancing(contrast),
  ContrastIncreasing: enhancingMore(contrast),
  Brightness: enhancing(brightness),
  BrightnessIncreasing: enhancingMore(brightness),
  Sharpness: enhancing(sharpness),
  SharpnessIncreasing: enhancingMore(sharpness),
  ShearX: bothWays(0.3, (picture, slope, how) => affine(picture, [1, slope, 0, 0, 1, 0], how)),
  ShearY: bothWays(0.3, (picture, slope, how) => affine(picture, [1, 0, 0, slope, 1, 0], how)),
  TranslateXRel: bothWays(0.45, (picture, share, how) =>
    affine(picture, [1, 0, share * picture.width, 0, 1, 0], how),
  ),
  TranslateYRel: bothWays(0.45, (picture, share, how) =>
    affine(picture, [1, 0, 0, 0, 1, share * picture.height], how),
  ),
  Desaturate: {
    strength: (level) => between01(level, 0.5, 1),
    apply: (picture, share) => color(picture, Math.min(1, Math.max(0, 1 - share))),
  },
  GaussianBlur: { strength: (level) => between01(level, 0.1, 2), apply: gaussianBlur },
} satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/** An operation as it was drawn for a picture. */
export interface DrawnOperation {
  readonly name: OperationName;
  /** Of the operation's own unit: degrees, a slope, a share, a factor, bits, a threshold. */
  readonly strength: number;
  readonly interpolation: Fetching['interpolation'];
}

/** @param level  0 to 10, or above where the recipe lets it */
export const drawOperation = (name: OperationName, level: number, next: Uniforms): DrawnOperation => ({
  name,
  strength: operations[name].strength(level, next),
  interpolation: oneOf(next(), ['bilinear', 'bicubic']),
});

/** @param fill  the bytes of what comes from outside of the picture, one a channel */
export const operate = (
  picture: Pixels,
  { name, strength, interpolation }: DrawnOperation,
  fill: readonly number[],
): Pixels => operations[name].apply(picture, strength, { interpolation, fill });
