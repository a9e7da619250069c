/**
 * Knowledge distillation: Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network" (2015), section 2, with the weights of
 * the CRD benchmark (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + α · T² · KL( softmax(z_t / T) ‖ softmax(z_s / T) )
 *
 * z_s, z_t [B, C] are the logits of student and teacher, y [B] the labels, T the temperature; KL is summed over classes and averaged
 * over the batch. T² keeps the size of the gradients when T changes. Of a regression, whose one number is no distribution, the mean of (z_s − z_t)²
 * stands in the place of T² · KL; where a sample may be of several classes, each is one by itself, as in the task's own loss, and KL is that of σ(z / T) and
 * 1 − σ(z / T), the mean over samples and classes.
 *
 * With `hard` the teacher's likeliest class is a label, as in DeiT (Touvron et al. 2021, "Training data-efficient image transformers & distillation
 * through attention", equation 3; there α = γ = 1/2): CE(z_s, argmax z_t) stands in the place of T² · KL. DeiT's students have a head for each
 * of the two terms: `headsApart`.
 */
import { functional } from '@retort/torch';
import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { logits } from './seen.ts';
import { softened } from './softened.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z
  .strictObject({
    temperature: temperatureOption(defaults.kd.temperature, 'T; 4 in the CRD benchmark'),
    alpha: z
      .number()
      .nonnegative()
      .default(defaults.kd.alpha)
      .describe('α, the weight of the teacher; 0.9 in the CRD benchmark'),
    gamma: gammaOption(defaults.kd.gamma, '0.1 in the CRD benchmark'),
    hard: z
      .boolean()
      .default(false)
      .describe(
        "Whether the teacher's likeliest class is learned as a label, whatever T, in place of its probabilities: DeiT's hard distillation",
      ),
  })
  .refine(({ alpha, gamma }) => alpha !== 0 || gamma !== 0, { error: 'alpha and gamma must not both be 0' });

/** Hinton's knowledge distillation; see the head of the file. @throws RangeError @example kd({ temperature: 4 }) */
export const kd = defineMethod(
  {
    name: 'kd',
    source: 'Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a Neural Network"',
    options,
  },
  ({ temperature, alpha, gamma, hard }) => ({
    needs: { outputs: ['logits'], predictions: hard, loss: gamma > 0 },
    objective: ({ eachByItself }) => ({
      losses(seen) {
        const [z_s, z_t] = [logits(seen.student), logits(seen.teacher)];
        const term = hard
          ? functional.cross_entropy(z_s, z_t.argmax(1))
          : softened(z_s, z_t, temperature, eachByItself);
        return { ...taskLoss(gamma, seen), kd: term.mul(alpha) };
      },
    }),
  }),
);

export type KDOptions = OptionsOf<typeof kd>;
