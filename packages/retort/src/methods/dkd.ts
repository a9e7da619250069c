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
 */
import { arange, stack, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { largestClass } from '../tasks/index.ts';
import { divergence } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z
  .strictObject({
    temperature: temperatureOption(4, 'T; 4 on CIFAR-100, 1 on ImageNet'),
    alpha: z.number().nonnegative().default(1).describe('α, of the target class; 1 in the paper'),
    beta: z
      .number()
      .nonnegative()
      .default(8)
      .describe(
        'β, of the other classes; 8 in the paper, 2 or 6 for some pairs on CIFAR-100, 0.5 on ImageNet',
      ),
    warmUpEpochs: z
      .number()
      .int()
      .nonnegative()
      .default(20)
      .describe('Epochs in which w rises to 1; 20 on CIFAR-100, 1 on ImageNet'),
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
  },
  ({ temperature, alpha, beta, warmUpEpochs, gamma }) => ({
    needs: {
      outputs: ['logits'],
      predictions: true,
      targets: ['labels'],
      softLabels: true,
      loss: gamma > 0,
    },
    losses(seen) {
      const y = largestClass(seen.targets);
      const own = decouple(logits(seen.student).div(temperature), y);
      const theirs = decouple(logits(seen.teacher).div(temperature), y);
      const weight = temperature ** 2 * Math.min(seen.progress.epoch / Math.max(warmUpEpochs, 1), 1);
      const terms = taskLoss(gamma, seen);
      if (alpha > 0) terms.tckd = divergence(own.target, theirs.target).mul(alpha * weight);
      if (beta > 0) terms.nckd = divergence(own.others, theirs.others).mul(beta * weight);
      return terms;
    },
  }),
);

export type DKDOptions = OptionsOf<typeof dkd>;
