/**
 * Relational distillation: Park, Kim, Lu & Cho, "Relational Knowledge Distillation" (CVPR 2019), with the weights of the CRD benchmark (Tian
 * et al. 2020):
 *
 *     L      = γ · CE(z_s, y) + λ_D · mean_{i, j} h( ψ_s − ψ_t ) + λ_A · mean_{i, j, k} h( ω_s − ω_t )
 *     ψ_ij   = ‖f_i − f_j‖₂ / μ,   μ the mean of ‖f_i − f_j‖₂ over i ≠ j
 *     ω_ijk  = ⟨ e_ij, e_ik ⟩,     e_ij = (f_j − f_i) / ‖f_j − f_i‖₂
 *
 * f [B, D] are the vectors before the classifier of a network, h is the Huber loss (½ d² below 1, |d| − ½ above). Means go over all i, j, k, as in
 * the released code. Two vectors that are equal have no direction: e = 0; a batch of one image has no relations: 0.
 */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z
  .strictObject({
    ...vectorOptions,
    distance: z.number().nonnegative().default(25).describe('λ_D; 25 in the CRD benchmark'),
    angle: z.number().nonnegative().default(50).describe('λ_A; 50 in the CRD benchmark'),
    gamma: gammaOption(1, '1 in the CRD benchmark'),
  })
  .refine(({ distance, angle }) => distance !== 0 || angle !== 0, {
    error: 'distance and angle must not both be 0',
  });

/** ψ [B, B] and ω [B, B, B] of vectors [B, D]. */
function relations(f: Tensor): { psi: Tensor; omega: Tensor } {
  const differences = f.unsqueeze(0).sub(f.unsqueeze(1));
  const lengths = differences.norm(2, [2]);
  const pairs = f.size(0) * (f.size(0) - 1);
  const mean = lengths.sum().div(Math.max(pairs, 1)).clamp(1e-12);
  const directions = differences.div(lengths.masked_fill(lengths.eq(0), 1).unsqueeze(2));
  return { psi: lengths.div(mean), omega: directions.bmm(directions.transpose(1, 2)) };
}

/** Distances and angles between images; see the head of the file. @throws RangeError @example rkd({ distance: 25, angle: 50 }) */
export const rkd = defineMethod(
  {
    name: 'rkd',
    source: 'Park et al. 2019, "Relational Knowledge Distillation"',
    options,
  },
  ({ distance, angle, gamma, ...paths }) => ({
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'rkd', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'rkd', paths);
      return {
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const own = relations(f_s);
          const theirs = relations(f_t);
          const terms = taskLoss(gamma, seen);
          if (distance > 0) terms.distance = functional.smooth_l1_loss(own.psi, theirs.psi).mul(distance);
          if (angle > 0) terms.angle = functional.smooth_l1_loss(own.omega, theirs.omega).mul(angle);
          return terms;
        },
      };
    },
  }),
);

export type RKDOptions = OptionsOf<typeof rkd>;
