/**
 * DIST: Huang, You, Wang, Qian & Xu, "Knowledge Distillation from A Stronger Teacher" (NeurIPS 2022), with the T² of the released code:
 *
 *     L = γ · CE(z_s, y) + T² · ( λ_inter · (1 − mean_i ρ( p_s[i, :], p_t[i, :] )) + λ_intra · (1 − mean_j ρ( p_s[:, j], p_t[:, j] )) )
 *     p = softmax(z / T),   ρ(a, b) = ⟨a − ā, b − b̄⟩ / ( ‖a − ā‖₂ · ‖b − b̄‖₂ + ε )
 *
 * z_s, z_t [B, C] are the logits, p[i, :] [C] an image's predictions, p[:, j] [B] those of class j over the batch, ρ is Pearson's correlation,
 * ε = 1e-8: a student need not be as confident as its teacher. λ_inter and λ_intra are the paper's β and γ.
 */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const weight = (name: string) =>
  z
    .number()
    .nonnegative()
    .default(2)
    .describe(`${name}; 2 in the authors' settings, 1 in OFA-KD's comparison`);

const options = z
  .strictObject({
    temperature: temperatureOption(1, "T; 1 in the authors' settings of ImageNet, 4 in those of CIFAR-100"),
    inter: weight('λ_inter'),
    intra: weight('λ_intra'),
    gamma: gammaOption(1, "1 in the authors' settings"),
  })
  .refine(({ inter, intra }) => inter !== 0 || intra !== 0, { error: 'inter and intra must not both be 0' });

/** ρ of the rows of two matrices [N, M]: [N]. */
function correlation(a: Tensor, b: Tensor): Tensor {
  const a0 = a.sub(a.mean([1], true));
  const b0 = b.sub(b.mean([1], true));
  const lengths = a0.norm(2, [1]).mul(b0.norm(2, [1]));
  return a0.mul(b0).sum([1]).div(lengths.add(1e-8));
}

const distance = (a: Tensor, b: Tensor): Tensor => correlation(a, b).mean().neg().add(1);

/** Correlations with the teacher's predictions; see the head of the file. @throws RangeError @example dist({ temperature: 4 }) */
export const dist = defineMethod(
  {
    name: 'dist',
    source: 'Huang et al. 2022, "Knowledge Distillation from A Stronger Teacher"',
    options,
  },
  ({ temperature, inter, intra, gamma }) => ({
    needs: { wholeBatch: true, outputs: ['logits'], predictions: true, loss: gamma > 0 },
    losses(seen) {
      const p_s = logits(seen.student).div(temperature).softmax(1);
      const p_t = logits(seen.teacher).div(temperature).softmax(1);
      const terms = taskLoss(gamma, seen);
      if (inter > 0) terms.inter = distance(p_s, p_t).mul(inter * temperature ** 2);
      if (intra > 0) terms.intra = distance(p_s.t(), p_t.t()).mul(intra * temperature ** 2);
      return terms;
    },
  }),
);

export type DISTOptions = OptionsOf<typeof dist>;
