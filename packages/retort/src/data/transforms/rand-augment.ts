/** RandAugment (Cubuk et al. 2020, "RandAugment: practical automated data augmentation with a reduced search space") as timm has it, by its grammar. */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { normal, type Uniforms, uniforms, wholeBelow } from './chance.ts';
import { refuseOtherChannels } from './colored.ts';
import { fillOf, fillOption } from './fill.ts';
import { type DrawnOperation, drawOperation, type OperationName, operate } from './pillow/operations.ts';
import { eachPicture } from './pillow/pixels.ts';
import { type Policy, parsePolicy } from './rand-augment-policy.ts';
import { type Random, remadeAnywhere, type Transform, type TransformDefinition } from './transform.ts';

const options = z.strictObject({
  policy: z
    .string()
    .superRefine((text, context) => {
      const policy = parsePolicy(text);
      if (typeof policy === 'string') context.addIssue({ code: 'custom', message: policy });
    })
    .default('rand-m9-mstd0.5-inc1')
    .describe(
      'In timm’s grammar: m, the magnitude (10), and mstd, its deviation (0; above 100 it is uniform), up to mmax (10); n operations (2), each applied with probability p (0.5); inc1 for those that grow with the magnitude; t, another set: weights, 3a, 3aw',
    ),
  interpolation: z
    .enum(['bilinear', 'bicubic', 'random'])
    .default('random')
    .describe('Of operations that move pixels; `random` is one of the two for each'),
  fill: fillOption
    .default('imagenet')
    .describe('What comes from outside of the image: a byte, one for each channel, or a mean by name'),
});

/** The operations of one image, in order; those that chance left out are not there. */
export type DrawnOperations = readonly DrawnOperation[];

/** One by its weight. */
function weighted(choices: Policy['choices'], next: Uniforms): OperationName {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = next() * total;
  const found = choices.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (found ?? (choices.at(-1) as Policy['choices'][number])).name;
}

/** Which operations come: with replacement where all weigh the same, else each at most once. */
function chosenOf({ choices, layers, isWeighted }: Policy, next: Uniforms): OperationName[] {
  if (!isWeighted)
    return Array.from(
      { length: layers },
      () => choices[wholeBelow(next(), choices.length)]?.name ?? 'Invert',
    );
  const names: OperationName[] = [];
  while (names.length < layers)
    names.push(
      weighted(
        choices.filter(({ name }) => !names.includes(name)),
        next,
      ),
    );
  return names;
}

function levelOf({ magnitude, deviation, most }: Policy, next: Uniforms): number {
  const level =
    deviation === Number.POSITIVE_INFINITY
      ? magnitude * next()
      : deviation > 0
        ? magnitude + deviation * normal(next)
        : magnitude;
  return Math.max(0, Math.min(level, most));
}

/** Operations by chance, in timm's grammar. @throws RangeError @example randAugment({ policy: 'rand-m9-mstd0.5-inc1' }) */
export function randAugment(given: z.input<typeof options> = {}): Transform<DrawnOperations> {
  const chosen = parseOptions('rand-augment', options, given);
  const { interpolation, fill } = chosen;
  const policy = parsePolicy(chosen.policy);
  if (typeof policy === 'string') throw new RangeError(policy);
  return remadeAnywhere({
    name: 'rand-augment',
    options: chosen,
    draw(random: Random) {
      const next = uniforms(random);
      return chosenOf(policy, next).flatMap((name) => {
        if (policy.probability < 1 && next() > policy.probability) return [];
        const drawn = drawOperation(name, levelOf(policy, next), next);
        return interpolation === 'random' ? [drawn] : [{ ...drawn, interpolation }];
      });
    },
    on: {
      image(images, drawn) {
        refuseOtherChannels('rand-augment', images);
        const outside = fillOf('rand-augment', fill, images.size(3));
        return eachPicture(images, drawn, (picture, operations) =>
          operations.reduce((shown, operation) => operate(shown, operation, outside), picture),
        );
      },
    },
  });
}

export const randAugmentDefinition: TransformDefinition = {
  name: 'rand-augment',
  source: 'Operations by chance, of one magnitude (Cubuk et al. 2020), as timm has them',
  options,
  create: (given) => randAugment(given as z.input<typeof options>),
};
