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
 *
 * With `proposals` z_s and z_t [N, K + 1] are what two detectors say of the classes of the N boxes of a batch that the student proposed and drew for its
 * own loss, background among them; boxes are not distilled. That is where mdistiller has DKD; of KD itself ReviewKD's table of COCO has a row whose
 * settings are not published, so that T = α = γ = 1 are chosen.
 */
import { functional } from '@retort/torch';
import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { judged, needsOfProposals, proposalsOption } from './features/proposals.ts';
import { logits } from './seen.ts';
import { softened } from './softened.ts';
import { dependentGamma, taskLoss } from './task-loss.ts';
import { dependentTemperature } from './temperature.ts';

/** Of logits of samples, and of proposals. */
const settings = { samples: defaults.kd, proposals: { temperature: 1, alpha: 1, gamma: 1 } } as const;

const options = z
  .strictObject({
    proposals: proposalsOption,
    temperature: dependentTemperature('T; 4 in the CRD benchmark, and 1 of proposals'),
    alpha: z
      .number()
      .nonnegative()
      .optional()
      .describe('α, the weight of the teacher; 0.9 in the CRD benchmark, and 1 of proposals'),
    gamma: dependentGamma('0.1 in the CRD benchmark, and 1 of proposals'),
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
    fill: ({ proposals }) => settings[proposals ? 'proposals' : 'samples'],
  },
  ({ hard, proposals = false, ...given }) => {
    const usual = settings[proposals ? 'proposals' : 'samples'];
    const { temperature = usual.temperature, alpha = usual.alpha, gamma = usual.gamma } = given;
    return {
      needs: proposals
        ? needsOfProposals(gamma)
        : { outputs: ['logits'], predictions: hard, loss: gamma > 0 },
      objective: ({ eachByItself }) => ({
        losses(seen) {
          const { z_s, z_t } = proposals
            ? judged(seen, 'kd')
            : { z_s: logits(seen.student), z_t: logits(seen.teacher) };
          const term = hard
            ? functional.cross_entropy(z_s, z_t.argmax(1))
            : softened(z_s, z_t, temperature, !proposals && eachByItself);
          return { ...taskLoss(gamma, seen), kd: term.mul(alpha) };
        },
      }),
    };
  },
);

export type KDOptions = OptionsOf<typeof kd>;
