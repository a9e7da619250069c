/**
 * Attention transfer: Zagoruyko & Komodakis, "Paying More Attention to Attention: Improving the Performance of Convolutional Neural
 * Networks via Attention Transfer" (ICLR 2017), equation 2, with a mean in place of the norm, as the CRD benchmark has it (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β · Σ_k mean( (Q_s,k − Q_t,k)² ),   Q = a / ‖a‖₂,   a[h, w] = mean_c |F[c, h, w]|^p
 *
 * F [B, C, H, W] is the feature map of a stage k, a [B, H · W] its attention map. The number of channels may differ; the larger of two maps is
 * averaged to the size of the smaller; tokens lie on a square grid.
 */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { stageOptions, stagePairs, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  ...stageOptions,
  power: z.number().positive().default(2).describe('p; 2 in the paper and in the CRD benchmark'),
  beta: z.number().positive().default(1000).describe('β; 1000 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** Q: [B, C, H, W] → rows [B, H · W] of length 1. */
const attention = (map: Tensor, power: number): Tensor =>
  functional.normalize(map.abs().pow(power).mean([1]).flatten(1));

/** The teacher's attention maps; see the head of the file. @throws RangeError @example at({ beta: 1000 }) */
export const at = defineMethod(
  {
    name: 'at',
    source: 'Zagoruyko & Komodakis 2017, "Paying More Attention to Attention"',
    options,
  },
  ({ power, beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'at', paths),
    objective(pair) {
      const stages = stagePairs(pair, 'at', paths);
      return {
        losses(seen) {
          const distances = stages.map((stage) => {
            const [F_s, F_t] = stage.maps(seen);
            return functional.mse_loss(attention(F_s, power), attention(F_t, power));
          });
          return {
            ...taskLoss(gamma, seen),
            at: distances.reduce((sum, distance) => sum.add(distance)).mul(beta),
          };
        },
      };
    },
  }),
);

export type ATOptions = OptionsOf<typeof at>;
