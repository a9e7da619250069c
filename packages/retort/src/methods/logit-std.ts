/**
 * Logit standardisation: Sun, Ren, Li, Wang & Cao, "Logit Standardization in Knowledge Distillation" (CVPR 2024), algorithm 1: Hinton's
 * distillation of z-scores of the logits, so that the student need not match how far the teacher's are spread:
 *
 *     L = γ · CE(z_s, y) + α · T² · KL( softmax(Z(z_t) / T) ‖ softmax(Z(z_s) / T) ),   Z(z) = (z − z̄) / (σ(z) + ε)
 *
 * z_s, z_t [B, C] are the logits, z̄ and σ their mean and standard deviation over the classes (dividing by C − 1, as the released code
 * does), T the base temperature, ε = 1e-7; KL is summed over classes and averaged over the batch.
 */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { divergence, refuseMasked } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z.strictObject({
  temperature: temperatureOption(2, "T, of the z-scores; 2 in the authors' settings, 3 or 4 for some pairs"),
  alpha: z.number().positive().default(9).describe("α; 9 in the authors' settings, 1 or 12 for some pairs"),
  gamma: gammaOption(0.1, "0.1 in the authors' settings of CIFAR-100, 0.5 in torchdistill's of ImageNet"),
});

/** Z of logits [B, C], each row by itself. */
const standardised = (z: Tensor): Tensor =>
  z.sub(z.mean([1], true)).div(z.std([1], { keepdim: true }).add(1e-7));

/** Distillation of standardised logits; see the head of the file. @throws RangeError @example logitStd({ temperature: 2 }) */
export const logitStd = defineMethod(
  {
    name: 'logit-std',
    source: 'Sun et al. 2024, "Logit Standardization in Knowledge Distillation"',
    options,
  },
  ({ temperature, alpha, gamma }) => ({
    needs: { outputs: ['logits'], predictions: true, loss: gamma > 0 },
    losses(seen) {
      const [z_s, z_t] = [logits(seen.student), logits(seen.teacher)];
      refuseMasked('logit-std', 'standardises logits over all classes', z_t);
      const kl = divergence(standardised(z_s).div(temperature), standardised(z_t).div(temperature));
      return { ...taskLoss(gamma, seen), kd: kl.mul(alpha * temperature ** 2) };
    },
  }),
);

export type LogitStdOptions = OptionsOf<typeof logitStd>;
