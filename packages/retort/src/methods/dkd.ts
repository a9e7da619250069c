/**
 * Decoupled knowledge distillation: Zhao, Cui, Song, Qiu & Liang, "Decoupled Knowledge Distillation" (CVPR 2022), equation 7, with the
 * warm-up of the released code:
 *
 *     L    = γ · CE(z_s, y) + w · T² · ( α · TCKD + β · NCKD ),   w = min(epoch / warm-up epochs, 1)
 *     TCKD = KL( b_t ‖ b_s ),   b = [ p_y, 1 − p_y ],   p = softmax(z / T)          (the image's class against all others)
 *     NCKD = KL( p̂_t ‖ p̂_s ),   p̂ = softmax over j ≠ y of z_j / T                  (the others among themselves)
 *
 * z_s, z_t [B, C] are the logits, y [B] the labels (of a mixed image the class with the larger share, as in OFA-KD's comparison); KL is summed over classes and averaged over the batch. Hinton's KD weighs NCKD by 1 − p_t,y,
 * so that a confident teacher says little of the other classes; here β weighs it.
 *
 * With `proposals` z_s and z_t [N, K + 1] are what two detectors say of the classes of the N boxes of a batch that the student proposed and drew for its
 * own loss, y [N] what each shows, background among them, as in mdistiller's detection: α = T = 1, β = ¼, no warm-up, and boxes are not distilled.
 */
import { arange, stack, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { largestClass } from '../tasks/index.ts';
import { divergence } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { type Judged, judged, needsOfProposals, proposalsOption } from './features/proposals.ts';
import type { Seen } from './method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { dependentTemperature } from './temperature.ts';

/** Of logits of samples, and of proposals. */
const settings = {
  samples: { temperature: 4, beta: 8, warmUpEpochs: 20 },
  proposals: { temperature: 1, beta: 0.25, warmUpEpochs: 0 },
} as const;

const options = z
  .strictObject({
    proposals: proposalsOption,
    temperature: dependentTemperature('T; 4 on CIFAR-100, 1 on ImageNet and of proposals'),
    alpha: z.number().nonnegative().default(1).describe('α, of the target class; 1 in the paper'),
    beta: z
      .number()
      .nonnegative()
      .optional()
      .describe(
        'β, of the other classes; 8 in the paper, 2 or 6 for some pairs on CIFAR-100, 0.5 on ImageNet, 0.25 of proposals',
      ),
    warmUpEpochs: z
      .number()
      .int()
      .nonnegative()
      .optional()
      .describe('Epochs in which w rises to 1; 20 on CIFAR-100, 1 on ImageNet, none of proposals'),
    gamma: gammaOption(1, '1 in the paper'),
  })
  .refine(({ alpha, beta }) => alpha !== 0 || beta !== 0, { error: 'alpha and beta must not both be 0' });

/** Of logits [B, C] and the labels [B] those whose softmax is b [B, 2] and p̂ [B, C − 1]. */
function decouple(z: Tensor, y: Tensor): { target: Tensor; others: Tensor } {
  const own = y.unsqueeze(1);
  const columns = arange(0, z.size(1) - 1, 1, { device: y.device }).unsqueeze(0);
  // Column j of the others is class j, or j + 1 from the label on.
  const others = z.gather(1, columns.add(columns.ge(own).to('int64')));
  const against = stack([z.gather(1, own).squeeze(1), others.logsumexp([1])], 1);
  return { target: against, others };
}

/** The target class and the others apart; see the head of the file. @throws RangeError @example dkd({ beta: 2 }) */
export const dkd = defineMethod(
  {
    name: 'dkd',
    source: 'Zhao et al. 2022, "Decoupled Knowledge Distillation"',
    options,
    fill: ({ proposals }) => settings[proposals ? 'proposals' : 'samples'],
  },
  ({ alpha, gamma, proposals = false, ...given }) => {
    const usual = settings[proposals ? 'proposals' : 'samples'];
    const { temperature = usual.temperature, beta = usual.beta, warmUpEpochs = usual.warmUpEpochs } = given;
    const ofSamples = (seen: Seen): Judged => ({
      z_s: logits(seen.student),
      z_t: logits(seen.teacher),
      classes: largestClass(seen.targets),
    });
    return {
      warmUpEpochs,
      needs: proposals
        ? needsOfProposals(gamma)
        : {
            outputs: ['logits'],
            predictions: true,
            targets: ['labels'],
            softLabels: true,
            loss: gamma > 0,
          },
      losses(seen) {
        const { z_s, z_t, classes: y } = proposals ? judged(seen, 'dkd') : ofSamples(seen);
        const own = decouple(z_s.div(temperature), y);
        const theirs = decouple(z_t.div(temperature), y);
        const weight = temperature ** 2 * Math.min(seen.progress.epoch / Math.max(warmUpEpochs, 1), 1);
        const terms = taskLoss(gamma, seen);
        if (alpha > 0) terms.tckd = divergence(own.target, theirs.target).mul(alpha * weight);
        if (beta > 0) terms.nckd = divergence(own.others, theirs.others).mul(beta * weight);
        return terms;
      },
    };
  },
);

export type DKDOptions = OptionsOf<typeof dkd>;
