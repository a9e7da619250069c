/**
 * Probabilistic knowledge transfer: Passalis & Tefas, "Learning Deep Representations with Probabilistic Knowledge Transfer" (ECCV 2018)
 * with the cosine kernel, as the CRD benchmark trains it (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β · mean_{i, j} p_t[i, j] · log( (p_t[i, j] + ε) / (p_s[i, j] + ε) )
 *     p[i, j] = K(f_i, f_j) / Σ_k K(f_i, f_k),   K(a, b) = ½ · (cos(a, b) + 1)
 *
 * f [B, D] are the vectors before the classifier of a network; p[i, :] [B] says how probable each image of the batch is as a neighbour of
 * image i. The mean goes over all B² pairs, as in the authors' code; ε = 1e-7.
 */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const eps = 1e-7;

const options = z.strictObject({
  ...vectorOptions,
  beta: z.number().positive().default(30000).describe('β; 30000 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** p [B, B] of vectors [B, D]. */
function neighbours(f: Tensor): Tensor {
  const rows = f.div(f.norm(2, [1], true).add(eps));
  const kernel = rows.mm(rows.t()).add(1).div(2);
  return kernel.div(kernel.sum([1], true));
}

/** Which images are the teacher's neighbours; see the head of the file. @throws RangeError @example pkt({ beta: 30000 }) */
export const pkt = defineMethod(
  {
    name: 'pkt',
    source: 'Passalis & Tefas 2018, "Learning Deep Representations with Probabilistic Knowledge Transfer"',
    options,
  },
  ({ beta, gamma, ...paths }) => ({
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'pkt', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'pkt', paths);
      return {
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const p_s = neighbours(f_s);
          const p_t = neighbours(f_t);
          const divergence = p_t.mul(p_t.add(eps).div(p_s.add(eps)).log()).mean();
          return { ...taskLoss(gamma, seen), pkt: divergence.mul(beta) };
        },
      };
    },
  }),
);

export type PKTOptions = OptionsOf<typeof pkt>;
