/**
 * Neuron selectivity transfer: Huang & Wang, "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer" (arXiv 1707.01219):
 * the squared maximum mean discrepancy of what neurons select, with the polynomial kernel as the CRD benchmark has it (Tian et al. 2020):
 *
 *     L       = γ · CE(z_s, y) + β · Σ_k mean_b [ K(f_t, f_t) + K(f_s, f_s) − 2 · K(f_s, f_t) ]
 *     K(x, y) = mean_i mean_j ( x_i · y_j )²
 *
 * f_s [C_s, H · W] and f_t [C_t, H · W] are the channels of a stage k of an image b, each scaled to length 1. The number of channels may
 * differ; the larger of two maps is averaged to the size of the smaller; tokens lie on a square grid.
 */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { stageOptions, stagePairs, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  ...stageOptions,
  beta: z.number().positive().default(50).describe('β; 50 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** [B, C, H, W] → [B, C, H · W]. */
const channels = (map: Tensor): Tensor => functional.normalize(map.flatten(2), { dim: 2 });

/** K, averaged over the batch: a scalar. */
const kernel = (x: Tensor, y: Tensor): Tensor => x.bmm(y.mT).square().mean();

/** What the teacher's neurons select; see the head of the file. @throws RangeError @example nst({ beta: 50 }) */
export const nst = defineMethod(
  {
    name: 'nst',
    source: 'Huang & Wang 2017, "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer"',
    options,
  },
  ({ beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'nst', paths),
    objective(pair) {
      const stages = stagePairs(pair, 'nst', paths);
      return {
        losses(seen) {
          const discrepancies = stages.map(({ maps }) => {
            const [F_s, F_t] = maps(seen);
            const [f_s, f_t] = [channels(F_s), channels(F_t)];
            return kernel(f_t, f_t).add(kernel(f_s, f_s)).sub(kernel(f_s, f_t).mul(2));
          });
          return {
            ...taskLoss(gamma, seen),
            nst: discrepancies.reduce((sum, discrepancy) => sum.add(discrepancy)).mul(beta),
          };
        },
      };
    },
  }),
);

export type NSTOptions = OptionsOf<typeof nst>;
