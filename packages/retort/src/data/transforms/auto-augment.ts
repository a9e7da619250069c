/** AutoAugment (Cubuk et al. 2019, "AutoAugment: learning augmentation strategies from data") as torchvision has it, of its tensors. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { type PolicyOperation, policies } from './auto-augment-policies.ts';
import { type Uniforms, uniforms, wholeBelow } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { fillOf, fillOption } from './fill.ts';
import { type Fetching, rotate, shearX, shearY, translate } from './torchvision/affine.ts';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from './torchvision/color.ts';
import { eachImage } from './torchvision/each-image.ts';
import { autoContrast, equalize, invert, posterize, solarize } from './torchvision/histogram.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  policy: z.enum(['imagenet', 'cifar10']).default('imagenet').describe('For which data it was found'),
  interpolation: z
    .enum(['nearest', 'bilinear'])
    .default('nearest')
    .describe('Of operations that move pixels'),
  fill: fillOption
    .default(0)
    .describe('What comes from outside of the image: a byte, one for each channel, or a mean by name'),
});

const { fround } = Math;

/** The one with a number of ten at equal distances, in single precision, as `torch.linspace` has them. */
function ofTen(number: number, most: number): number {
  const step = fround(fround(most) / 9);
  return number < 5 ? fround(step * number) : fround(fround(most) - fround(step * (9 - number)));
}

/** An operation as it was drawn for an image. */
export interface DrawnPolicyOperation {
  readonly name: PolicyOperation;
  /** Of ten, from 0. */
  readonly level: number;
  readonly isNegative: boolean;
}

type Apply = (image: Tensor, level: number, sign: 1 | -1, fetching: Fetching) => Tensor;

const factor = (level: number, sign: 1 | -1): number => 1 + sign * ofTen(level, 0.9);

const moved = (level: number, sign: 1 | -1, pixels: number): number =>
  Math.trunc(sign * ofTen(level, (150 / 331) * pixels));

const operations: Readonly<Record<PolicyOperation, Apply>> = {
  ShearX: (image, level, sign, how) => shearX(image, sign * ofTen(level, 0.3), how),
  ShearY: (image, level, sign, how) => shearY(image, sign * ofTen(level, 0.3), how),
  TranslateX: (image, level, sign, how) => translate(image, [moved(level, sign, image.size(2)), 0], how),
  TranslateY: (image, level, sign, how) => translate(image, [0, moved(level, sign, image.size(1))], how),
  Rotate: (image, level, sign, how) => rotate(image, sign * ofTen(level, 30), how),
  Brightness: (image, level, sign) => adjustBrightness(image, factor(level, sign)),
  Color: (image, level, sign) => adjustSaturation(image, factor(level, sign)),
  Contrast: (image, level, sign) => adjustContrast(image, factor(level, sign)),
  Sharpness: (image, level, sign) => adjustSharpness(image, factor(level, sign)),
  Posterize: (image, level) => posterize(image, Math.round(8 - level / 2.25)),
  Solarize: (image, level) =>
    solarize(image, 255 * (level < 5 ? fround(1 - ofTen(level, 1)) : ofTen(9 - level, 1))),
  AutoContrast: autoContrast,
  Equalize: equalize,
  Invert: invert,
};

const isSigned: ReadonlySet<PolicyOperation> = new Set([
  'ShearX',
  'ShearY',
  'TranslateX',
  'TranslateY',
  'Rotate',
  'Brightness',
  'Color',
  'Contrast',
  'Sharpness',
]);

/** Changes an image by an operation, as it was drawn. @param image  uint8 [C, H, W] of one channel or three */
export const operateByPolicy = (
  image: Tensor,
  { name, level, isNegative }: DrawnPolicyOperation,
  fetching: Fetching,
): Tensor => operations[name](image, level, isNegative ? -1 : 1, fetching);

function drawPolicy(policy: (typeof policies)['imagenet'], next: Uniforms): DrawnPolicyOperation[] {
  const pair = policy[wholeBelow(next(), policy.length)] ?? [];
  return pair.flatMap(([name, probability, level]) => {
    const [applies, negative] = [next(), next()];
    if (applies >= probability) return [];
    return [{ name, level, isNegative: isSigned.has(name) && negative < 0.5 }];
  });
}

/** A pair of operations of a policy, by chance. @throws RangeError @example autoAugment({ policy: 'cifar10' }) */
export function autoAugment(given: z.input<typeof options> = {}): Transform<readonly DrawnPolicyOperation[]> {
  const chosen = parseOptions('auto-augment', options, given);
  const { policy, interpolation, fill } = chosen;
  return remadeAnywhere({
    name: 'auto-augment',
    options: chosen,
    draw: (random: Random) => drawPolicy(policies[policy], uniforms(random)),
    on: {
      image(images, drawn) {
        refuseOtherChannels('auto-augment', images);
        const outside = fill === 0 ? null : fillOf('auto-augment', fill, images.size(3));
        return eachImage(images, drawn, (image, all) =>
          all.reduce((shown, one) => operateByPolicy(shown, one, { interpolation, fill: outside }), image),
        );
      },
    },
  });
}

export const autoAugmentDefinition: TransformDefinition = {
  name: 'auto-augment',
  source:
    'A pair of operations of a policy that was searched for (Cubuk et al. 2019; torchvision’s AutoAugment)',
  options,
  create: (given) => autoAugment(given as z.input<typeof options>),
};
