/**
 * Knowledge review: Chen, Liu, Zhao & Jia, "Distilling Knowledge via Knowledge Review" (CVPR 2021), in the form of mdistiller for CIFAR:
 *
 *     L         = γ · CE(z_s, y) + β · min(e / E, 1) · Σ_k HCL( A_k(F_s,k, R_k+1), F_t,k )
 *     HCL(a, b) = Σ_l w_l · mean( (pool_l(a) − pool_l(b))² ) / Σ_l w_l,   l = whole, 4x4, 2x2, 1x1 of those smaller than the maps;  w = 1, ½, ¼, …
 *
 * F_s,k [B, C, H, W] are the student's stages and, last, its penultimate vector as a map of one place, F_t,k the teacher's, its stages before
 * their last ReLU. A_k fuses a stage with what the later ones left, R_k+1, and makes from it a map of the teacher's shape (see
 * fusion.ts); it is trained with the student. e is the epoch, from 1: the term grows over the first E.
 *
 * With `levels` F_s,k and F_t,k are the levels of two detectors' feature pyramids, p2 … p6, and there is no vector, as in the detection of ReviewKD's authors and of mdistiller,
 * which has 256 channels of what is fused, no growth, and of HCL's l those smaller than the maps are high.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Anatomy } from '../../models/index.ts';
import { defineMethod, type OptionsOf } from '../define-method.ts';
import { levelPairs, levelsAlone, levelsOption } from '../features/levels.ts';
import { pathOption } from '../features/paths.ts';
import { beforeRelu, type StagePair, stagePairs, stagesOption, stageTaps } from '../features/stages.ts';
import { vectorsOf, vectorTaps } from '../features/vectors.ts';
import type { Pair, Whose } from '../method.ts';
import { gammaOption, taskLoss } from '../task-loss.ts';
import { AttentionFusion, type Fused } from './fusion.ts';

/** Of a classifier's stages, and of a detector's levels. */
const settings = {
  stages: { channels: 512, warmUpEpochs: 20, beta: 5 },
  levels: { channels: 256, warmUpEpochs: 1, beta: 1 },
} as const;

const options = z
  .strictObject({
    levels: levelsOption('in the place of stages and the vector after them'),
    student: stagesOption('student'),
    teacher: stagesOption('teacher', 'all stages of its anatomy before their last ReLU'),
    studentVector: pathOption('student', 'the vector before its classifier'),
    teacherVector: pathOption('teacher', 'the vector before its classifier'),
    channels: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        "The most channels of what is fused, else those of the student's vector; 512 in mdistiller. Of levels just so many; 256 there",
      ),
    warmUpEpochs: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('E; 20 in mdistiller, and 1 of levels, which is none'),
    beta: z
      .number()
      .positive()
      .optional()
      .describe(
        'β; 5 in mdistiller for resnet32x4 → resnet8x4 on CIFAR-100, 1 for ResNet34 → ResNet18 on ImageNet, 8 for ResNet50 → MobileNetV1; of levels, on COCO, 1.2 for R101 → R18, 1 for R101 → R50, 2 for R50 → MobileNetV2',
      ),
    gamma: gammaOption(1, '1 in mdistiller'),
  })
  .refine(
    ({ levels, student, teacher, studentVector, teacherVector }) =>
      !levels || (student ?? teacher ?? studentVector ?? teacherVector) === undefined,
    levelsAlone,
  );

const where = (anatomy: Anatomy, whose: Whose) =>
  whose === 'student' ? anatomy.stages : beforeRelu('review')(anatomy, whose);

/**
 * Hierarchical context loss: maps [B, C, H, W] compared whole and as averages of fewer and fewer places, each counting half as much.
 *
 * @param side  as averages of fewer places a side than this
 */
function hcl(student: Tensor, teacher: Tensor, side: number): Tensor {
  const smaller = [4, 2, 1].filter((size) => size < side);
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

/** What is reviewed of a network, from the first stage to the last. */
interface Reviewed {
  readonly channels: StagePair['channels'];
  readonly originals: StagePair['originals'];
}

/** Early stages of the teacher taught to later ones of the student; see the head of the file. @throws RangeError @example review({ beta: 1 }) */
export const review = defineMethod(
  {
    name: 'review',
    source: 'Chen et al. 2021, "Distilling Knowledge via Knowledge Review"',
    options,
    fill: ({ levels }) => settings[levels ? 'levels' : 'stages'],
  },
  ({ levels = false, gamma, studentVector, teacherVector, student, teacher, ...given }) => {
    const usual = settings[levels ? 'levels' : 'stages'];
    const { channels = usual.channels, warmUpEpochs = usual.warmUpEpochs, beta = usual.beta } = given;
    const paths = { student, teacher };
    const vectorPaths = { student: studentVector, teacher: teacherVector };

    /** Stages, and the vector as one more, of one place. */
    function ofStages(pair: Pair): { readonly reviewed: readonly Reviewed[]; readonly width: number } {
      const vectors = vectorsOf(pair, 'review', vectorPaths);
      const [d_s, d_t] = vectors.sizes;
      const end: Reviewed = {
        channels: vectors.sizes,
        originals(seen) {
          const [v_s, v_t] = vectors.of(seen);
          return [v_s.unflatten(1, [d_s, 1, 1]), v_t.unflatten(1, [d_t, 1, 1])];
        },
      };
      const stages = stagePairs(pair, 'review', paths, where);
      return { reviewed: [...stages, end], width: Math.min(channels, d_s) };
    }

    return {
      warmUpEpochs,
      needs: { loss: gamma > 0 },
      taps(pair) {
        if (levels) return stageTaps(pair, 'review', {});
        const maps = stageTaps(pair, 'review', paths, where);
        const ends = vectorTaps(pair, 'review', vectorPaths);
        return {
          student: [...maps.student, ...ends.student],
          teacher: [...maps.teacher, ...ends.teacher],
        };
      },
      objective(pair) {
        const { reviewed, width } = levels
          ? { reviewed: levelPairs(pair, 'review'), width: channels }
          : ofStages(pair);
        const fused = reviewed.map(({ channels: [from, to], originals }, i) => ({
          fusion: new AttentionFusion({ from, to, width, fuses: i < reviewed.length - 1 }),
          originals,
        }));
        return {
          parts: new nn.ModuleList(fused.map(({ fusion }) => fusion)),
          losses(seen) {
            const distances: Tensor[] = [];
            let later: Tensor | null = null;
            for (const { fusion, originals } of fused.toReversed()) {
              const [F_s, F_t] = originals(seen);
              const { map, left }: Fused = fusion.forward(F_s, later, F_t);
              const [height, width] = [map.size(2), map.size(3)];
              distances.push(hcl(map, F_t, levels ? height : Math.min(height, width)));
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
