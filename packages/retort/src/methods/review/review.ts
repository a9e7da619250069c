/**
 * Knowledge review: Chen, Liu, Zhao & Jia, "Distilling Knowledge via Knowledge Review" (CVPR 2021), in the form of mdistiller for CIFAR:
 *
 *     L         = γ · CE(z_s, y) + β · min(e / E, 1) · Σ_k HCL( A_k(F_s,k, R_k+1), F_t,k )
 *     HCL(a, b) = Σ_l w_l · mean( (pool_l(a) − pool_l(b))² ) / Σ_l w_l,   l = whole, 4x4, 2x2, 1x1 of those smaller than the maps;  w = 1, ½, ¼, …
 *
 * F_s,k [B, C, H, W] are the student's stages and, last, its penultimate vector as a map of one place, F_t,k the teacher's, its stages before
 * their last ReLU. A_k fuses a stage with what the later ones left, R_k+1, and makes from it a map of the teacher's shape (see
 * fusion.ts); it is trained with the student. e is the epoch, from 1: the term grows over the first E.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Anatomy } from '../../models/index.ts';
import { defineMethod, type OptionsOf } from '../define-method.ts';
import { pathOption } from '../features/paths.ts';
import { beforeRelu, type StagePair, stagePairs, stagesOption, stageTaps } from '../features/stages.ts';
import { vectorsOf, vectorTaps } from '../features/vectors.ts';
import type { Whose } from '../method.ts';
import { gammaOption, taskLoss } from '../task-loss.ts';
import { AttentionFusion, type Fused } from './fusion.ts';

const options = z.strictObject({
  student: stagesOption('student'),
  teacher: stagesOption('teacher', 'all stages of its anatomy before their last ReLU'),
  studentVector: pathOption('student', 'the vector before its classifier'),
  teacherVector: pathOption('teacher', 'the vector before its classifier'),
  channels: z
    .number()
    .int()
    .min(1)
    .default(512)
    .describe("The most channels of what is fused, else those of the student's vector; 512 in mdistiller"),
  warmUpEpochs: z.number().int().min(1).default(20).describe('E; 20 in mdistiller'),
  beta: z
    .number()
    .positive()
    .default(5)
    .describe(
      'β; 5 in mdistiller for resnet32x4 → resnet8x4 on CIFAR-100, 1 for ResNet34 → ResNet18 on ImageNet, 8 for ResNet50 → MobileNetV1',
    ),
  gamma: gammaOption(1, '1 in mdistiller'),
});

const where = (anatomy: Anatomy, whose: Whose) =>
  whose === 'student' ? anatomy.stages : beforeRelu('review')(anatomy, whose);

/** Hierarchical context loss: maps [B, C, H, W] compared whole and as averages of fewer and fewer places, each counting half as much. */
function hcl(student: Tensor, teacher: Tensor): Tensor {
  const smaller = [4, 2, 1].filter((size) => size < Math.min(student.size(2), student.size(3)));
  const losses = [
    functional.mse_loss(student, teacher),
    ...smaller.map((size) =>
      functional.mse_loss(
        functional.adaptive_avg_pool2d(student, size),
        functional.adaptive_avg_pool2d(teacher, size),
      ),
    ),
  ];
  const total = losses.reduce((sum, _, i) => sum + 2 ** -i, 0);
  return losses.map((loss, i) => loss.mul(2 ** -i / total)).reduce((sum, loss) => sum.add(loss));
}

/** Early stages of the teacher taught to later ones of the student; see the head of the file. @throws RangeError @example review({ beta: 1 }) */
export const review = defineMethod(
  {
    name: 'review',
    source: 'Chen et al. 2021, "Distilling Knowledge via Knowledge Review"',
    options,
  },
  ({ channels, warmUpEpochs, beta, gamma, studentVector, teacherVector, ...paths }) => {
    const vectorPaths = { student: studentVector, teacher: teacherVector };
    return {
      needs: { loss: gamma > 0 },
      taps(pair) {
        const maps = stageTaps(pair, 'review', paths, where);
        const ends = vectorTaps(pair, 'review', vectorPaths);
        return {
          student: [...maps.student, ...ends.student],
          teacher: [...maps.teacher, ...ends.teacher],
        };
      },
      objective(pair) {
        const stages = stagePairs(pair, 'review', paths, where);
        const vectors = vectorsOf(pair, 'review', vectorPaths);
        const [d_s, d_t] = vectors.sizes;
        const width = Math.min(channels, d_s);
        const end: Pick<StagePair, 'shapes' | 'originals'> = {
          shapes: [
            [d_s, 1, 1],
            [d_t, 1, 1],
          ],
          originals(seen) {
            const [v_s, v_t] = vectors.of(seen);
            return [v_s.unflatten(1, [d_s, 1, 1]), v_t.unflatten(1, [d_t, 1, 1])];
          },
        };
        const levels = [...stages, end].map(({ shapes: [from, to], originals }) => ({
          fusion: new AttentionFusion({ from, to, width, fuses: originals !== end.originals }),
          originals,
        }));
        return {
          parts: new nn.ModuleList(levels.map(({ fusion }) => fusion)),
          losses(seen) {
            const distances: Tensor[] = [];
            let later: Tensor | null = null;
            for (const { fusion, originals } of levels.toReversed()) {
              const [F_s, F_t] = originals(seen);
              const { map, left }: Fused = fusion.forward(F_s, later);
              distances.push(hcl(map, F_t));
              later = left;
            }
            const share = Math.min(seen.progress.epoch / warmUpEpochs, 1);
            return {
              ...taskLoss(gamma, seen),
              review: distances.reduce((sum, distance) => sum.add(distance)).mul(beta * share),
            };
          },
        };
      },
    };
  },
);

export type ReviewOptions = OptionsOf<typeof review>;
