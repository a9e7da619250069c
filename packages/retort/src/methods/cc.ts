/**
 * Correlation congruence: Peng et al., "Correlation Congruence for Knowledge Distillation" (ICCV 2019), in the form that the CRD benchmark
 * has of its authors (Tian et al. 2020), which compares neighbours in the batch rather than kernels of all pairs:
 *
 *     L = γ · CE(z_s, y) + β · 1 / (B − 1) · Σ_{i < B} Σ_d δ_{i, d} · δ_{i + 1, d},   δ = | e_s(f_s) − e_t(f_t) |
 *
 * f_s [B, d_s] and f_t [B, d_t] are the vectors before the classifiers, e_s and e_t linear embeddings of both in one space, trained with the
 * student. A batch of one image has no neighbours: 0.
 */
import { nn } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  ...vectorOptions,
  embedding: z
    .number()
    .int()
    .min(1)
    .default(128)
    .describe('The size of e_s and e_t; 128 in the CRD benchmark'),
  beta: z.number().positive().default(0.02).describe('β; 0.02 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** What neighbours in the batch have in common; see the head of the file. @throws RangeError @example cc({ beta: 0.02 }) */
export const cc = defineMethod(
  {
    name: 'cc',
    source: 'Peng et al. 2019, "Correlation Congruence for Knowledge Distillation"',
    options,
  },
  ({ embedding, beta, gamma, ...paths }) => ({
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'cc', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'cc', paths);
      const [d_s, d_t] = vectors.sizes;
      const embed_s = new nn.Linear(d_s, embedding);
      const embed_t = new nn.Linear(d_t, embedding);
      return {
        parts: new nn.ModuleDict({ embed_s, embed_t }),
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const delta = embed_s.forward(f_s).sub(embed_t.forward(f_t)).abs();
          const neighbours = delta.size(0) - 1;
          const congruence = delta
            .narrow(0, 0, neighbours)
            .mul(delta.narrow(0, 1, neighbours))
            .sum();
          return { ...taskLoss(gamma, seen), cc: congruence.mul(beta / Math.max(neighbours, 1)) };
        },
      };
    },
  }),
);

export type CCOptions = OptionsOf<typeof cc>;
