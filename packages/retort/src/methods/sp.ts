/**
 * Similarity-preserving distillation: Tung & Mori, "Similarity-Preserving Knowledge Distillation" (ICCV 2019), of the last stage, as the CRD
 * benchmark trains it (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β / B² · ‖ G_s − G_t ‖²_F,   G[i, :] = A[i, :] / ‖A[i, :]‖₂,   A = Q Qᵀ
 *
 * Q [B, C · H · W] is the feature of a network, flattened: A [B, B] tells which images of the batch it finds alike. Features may have any
 * shape; of tokens of texts [B, L, D] padding is zero, and so texts are compared token by token. Sentence vectors are compared where their path is
 * named.
 */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { pathOption, stagePaths, tapsAt } from './features/paths.ts';
import type { Anatomies, Side } from './method.ts';
import { feature, maskOf } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  student: pathOption('student', 'its last stage'),
  teacher: pathOption('teacher', 'its last stage'),
  beta: z.number().positive().default(3000).describe('β; 3000 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** The feature, in which padding is zero. */
function unpadded(side: Side, path: string): Tensor {
  const found = feature(side.features, path);
  const mask = found.dim() === 3 ? maskOf(side, found, `'${path}'`) : null;
  return mask ? found.masked_fill(mask.logical_not().unsqueeze(2), 0) : found;
}

/** G: [B, …] → rows [B, B] of length 1. */
function similarities(features: Tensor): Tensor {
  const Q = features.flatten(1);
  return functional.normalize(Q.mm(Q.t()));
}

/** Which images the teacher finds alike; see the head of the file. @throws RangeError @example sp({ beta: 3000 }) */
export const sp = defineMethod(
  {
    name: 'sp',
    source: 'Tung & Mori 2019, "Similarity-Preserving Knowledge Distillation"',
    options,
  },
  ({ beta, gamma, ...given }) => {
    const pathsIn = (pair: Anatomies) => stagePaths(pair, 'sp', given, { index: -1, called: 'last' });
    return {
      needs: { wholeBatch: true, loss: gamma > 0 },
      taps: (pair) => tapsAt(pathsIn(pair)),
      objective(pair) {
        const paths = pathsIn(pair);
        return {
          losses(seen) {
            const distance = functional.mse_loss(
              similarities(unpadded(seen.student, paths.student)),
              similarities(unpadded(seen.teacher, paths.teacher)),
            );
            return { ...taskLoss(gamma, seen), sp: distance.mul(beta) };
          },
        };
      },
    };
  },
);

export type SPOptions = OptionsOf<typeof sp>;
