/**
 * Cross entropy with the labels alone, without a teacher:
 *
 *     L = − mean_b Σ_i [ (1 − s) · 1_i + s / C ] · log softmax(z_s)_i
 *
 * z_s [B, C] are the logits, 1 [C] is 1 for the image's class (of a mixed image, the share of each class), s the label smoothing.
 */
import { functional } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { labels, logits } from './seen.ts';

const options = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'The share of the target that all classes have in common (Szegedy et al. 2016); 0 in the CRD benchmark',
    ),
});

/** Training on the labels alone; see the head of the file. @throws RangeError @example crossEntropy({ labelSmoothing: 0.1 }) */
export const crossEntropy = defineMethod(
  {
    name: 'cross-entropy',
    source: 'Cross entropy with the labels alone',
    options,
    teacher: false,
  },
  ({ labelSmoothing }) => ({
    needs: { outputs: ['logits'], targets: ['labels'], softLabels: true },
    losses: (seen) => ({
      ce: functional.cross_entropy(logits(seen.student), seen.targets.softLabels ?? labels(seen), {
        labelSmoothing,
      }),
    }),
  }),
);

export type CrossEntropyOptions = OptionsOf<typeof crossEntropy>;
