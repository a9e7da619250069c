/**
 * FitNets: Romero et al., "FitNets: Hints for Thin Deep Nets" (ICLR 2015), equation 3, in one stage as the CRD benchmark trains it (Tian
 * et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β · mean( (r(F_s) − F_t)² )
 *
 * F_s [B, C_s, H_s, W_s] and F_t [B, C_t, H_t, W_t] are feature maps of student and teacher, r the projector: a convolution that brings
 * F_s to the shape of F_t, batch norm and ReLU, trained with the student.
 */
import { functional, nn } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { pathOption, stagePaths, tapsAt } from './features/paths.ts';
import { resize } from './features/resize.ts';
import type { Anatomies } from './method.ts';
import { feature } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  student: pathOption('student', 'its second stage, as in the CRD benchmark,'),
  teacher: pathOption('teacher', 'its second stage, as in the CRD benchmark,'),
  beta: z.number().positive().default(100).describe('β, the weight of the hint; 100 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** A hint from the teacher's middle; see the head of the file. @throws RangeError @example fitnet({ student: 'layer2', teacher: 'layer2' }) */
export const fitnet = defineMethod(
  {
    name: 'fitnet',
    source: 'Romero et al. 2015, "FitNets: Hints for Thin Deep Nets"',
    options,
  },
  ({ beta, gamma, ...given }) => {
    const pathsIn = (pair: Anatomies) => stagePaths(pair, 'fitnet', given, { index: 1, called: 'second' });
    return {
      needs: { loss: gamma > 0 },
      taps: (pair) => tapsAt(pathsIn(pair)),
      objective(pair) {
        const paths = pathsIn(pair);
        const from = pair.student.shape(paths.student);
        const to = pair.teacher.shape(paths.teacher);
        if (from.length !== 3 || to.length !== 3) {
          throw new RangeError(
            `fitnet compares feature maps [C, H, W]: '${paths.student}' of the student gives [${from.join(', ')}], '${paths.teacher}' of the teacher [${to.join(', ')}]`,
          );
        }
        const projector = new nn.Sequential(
          resize('fitnet', from, to),
          new nn.BatchNorm2d(to[0] ?? 0),
          new nn.ReLU(),
        );
        return {
          parts: projector,
          losses(seen) {
            const hint = functional.mse_loss(
              projector.forward(feature(seen.student.features, paths.student)),
              feature(seen.teacher.features, paths.teacher),
            );
            return { ...taskLoss(gamma, seen), hint: hint.mul(beta) };
          },
        };
      },
    };
  },
);

export type FitNetOptions = OptionsOf<typeof fitnet>;
