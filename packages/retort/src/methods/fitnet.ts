/**
 * FitNets: Romero et al., "FitNets: Hints for Thin Deep Nets" (ICLR 2015), equation 3, in one stage as the CRD benchmark trains it (Tian
 * et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β · mean( (r(F_s) − F_t)² )
 *
 * F_s [B, C_s, H_s, W_s] and F_t [B, C_t, H_t, W_t] are feature maps of student and teacher, r the projector: a convolution that brings
 * F_s to the shape of F_t, batch norm and ReLU, trained with the student.
 *
 * With `levels` F_s and F_t are the levels of two detectors' feature pyramids, p2 … p6, of which L takes the mean. They follow no ReLU, so r is a 1x1
 * convolution of each level alone. ReviewKD's table of COCO has a row of FitNet whose settings are not published: these, and β = 1, are chosen.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { levelPairs, levelsAlone, levelsOption } from './features/levels.ts';
import { pathOption, stagePaths, tapsAt } from './features/paths.ts';
import { resize } from './features/resize.ts';
import { stageTaps } from './features/stages.ts';
import type { Anatomies, Pair, Seen } from './method.ts';
import { feature } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z
  .strictObject({
    student: pathOption('student', 'its second stage, as in the CRD benchmark,'),
    teacher: pathOption('teacher', 'its second stage, as in the CRD benchmark,'),
    levels: levelsOption('in the place of one stage'),
    beta: z
      .number()
      .positive()
      .optional()
      .describe('β, the weight of the hint; 100 in the CRD benchmark, and 1 of levels'),
    gamma: gammaOption(1, '1 in the CRD benchmark'),
  })
  .refine(({ levels, student, teacher }) => !levels || (student ?? teacher) === undefined, levelsAlone);

const betaOf = (levels: boolean | undefined): number => (levels ? 1 : 100);

/** A convolution of each level; the mean over levels of what is left. */
function ofLevels(pair: Pair): { readonly parts: nn.Module; readonly hint: (seen: Seen) => Tensor } {
  const projected = levelPairs(pair, 'fitnet').map(({ channels: [own, theirs], originals }) => ({
    projector: new nn.Conv2d(own, theirs, 1),
    originals,
  }));
  return {
    parts: new nn.ModuleList(projected.map(({ projector }) => projector)),
    hint(seen) {
      const hints = projected.map(({ projector, originals }) => {
        const [F_s, F_t] = originals(seen);
        return functional.mse_loss(projector.forward(F_s), F_t);
      });
      return hints.reduce((sum, hint) => sum.add(hint)).div(hints.length);
    },
  };
}

/** A hint from the teacher's middle; see the head of the file. @throws RangeError @example fitnet({ student: 'layer2', teacher: 'layer2' }) */
export const fitnet = defineMethod(
  {
    name: 'fitnet',
    source: 'Romero et al. 2015, "FitNets: Hints for Thin Deep Nets"',
    options,
    fill: ({ levels }) => ({ beta: betaOf(levels) }),
  },
  ({ levels, beta = betaOf(levels), gamma, ...given }) => {
    const pathsIn = (pair: Anatomies) => stagePaths(pair, 'fitnet', given, { index: 1, called: 'second' });
    return {
      needs: { loss: gamma > 0 },
      taps: (pair) => (levels ? stageTaps(pair, 'fitnet', {}) : tapsAt(pathsIn(pair))),
      objective(pair) {
        if (levels) {
          const { parts, hint } = ofLevels(pair);
          return {
            parts,
            losses: (seen) => ({ ...taskLoss(gamma, seen), hint: hint(seen).mul(beta) }),
          };
        }
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
