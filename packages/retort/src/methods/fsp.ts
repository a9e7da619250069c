/**
 * Flow of solution procedure: Yim, Joo, Bae & Kim, "A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and
 * Transfer Learning" (CVPR 2017), equations 1 and 2, as the CRD benchmark trains it (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β · Σ_k mean( (G_s,k − G_t,k)² ),   G_k[i, j] = 1 / (H · W) · Σ_{h, w} F_k+1[i, h, w] · F_k[j, h, w]
 *
 * F_k [B, C_k, H, W] are the feature maps of a network, from its stem to its last stage, G_k [B, C_k+1, C_k] is how one follows from the one
 * before; of two maps of different size the larger is averaged. Student and teacher must have the same channels.
 *
 * It is the first stage of a recipe, 30 epochs in the benchmark, without labels; the next learns by `cross-entropy` or `kd` from where it
 * ends.
 */
import { functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Anatomy } from '../models/index.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { alike, type StagePair, stagePairs, stagesOption, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const where = ({ stem, stages }: Anatomy) => [stem, ...stages];
const places = 'the stem and all stages of its anatomy';

const options = z.strictObject({
  student: stagesOption('student', places),
  teacher: stagesOption('teacher', places),
  beta: z
    .number()
    .positive()
    .default(50)
    .describe("β; 50 in the CRD benchmark's script, which its code leaves out in the first stage"),
  gamma: gammaOption(0, 'the first stage of the CRD benchmark has none'),
});

/** @throws RangeError for less than two maps, or maps of unequal channels */
function check(stages: readonly StagePair[]): void {
  if (stages.length < 2)
    throw new RangeError('fsp compares how a map follows from the one before: name two maps or more of each');
  const [C_s, C_t] = [0, 1].map((i) => stages.map(({ channels }) => channels[i]).join(', '));
  if (C_s !== C_t)
    throw new RangeError(
      `fsp needs maps of the same channels, and the student's have ${C_s}, the teacher's ${C_t}: choose networks or paths of like width`,
    );
}

/** G: [B, C_k, H, W] and [B, C_k+1, H', W'] → [B, C_k+1, C_k]. */
function flow(before: Tensor, after: Tensor): Tensor {
  const [below, above] = alike(before, after);
  return above
    .flatten(2)
    .bmm(below.flatten(2).mT)
    .div(below.size(2) * below.size(3));
}

/** How each of the teacher's maps follows from the one before; see the head of the file. @throws RangeError @example fsp({ beta: 50 }) */
export const fsp = defineMethod(
  {
    name: 'fsp',
    source: 'Yim et al. 2017, "A Gift from Knowledge Distillation"',
    options,
  },
  ({ beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'fsp', paths, where),
    objective(pair) {
      const stages = stagePairs(pair, 'fsp', paths, where);
      check(stages);
      return {
        losses(seen) {
          const distances: Tensor[] = [];
          let before: readonly [Tensor, Tensor] | null = null;
          for (const { originals } of stages) {
            const maps = originals(seen);
            if (before)
              distances.push(functional.mse_loss(flow(before[0], maps[0]), flow(before[1], maps[1])));
            before = maps;
          }
          return {
            ...taskLoss(gamma, seen),
            fsp: distances.reduce((sum, distance) => sum.add(distance)).mul(beta),
          };
        },
      };
    },
  }),
);

export type FSPOptions = OptionsOf<typeof fsp>;
