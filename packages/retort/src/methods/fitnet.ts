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
import {
  type Anatomies,
  feature,
  gammaOption,
  labelTerm,
  type Method,
  type MethodDefinition,
  parseOptions,
} from './method.ts';
import { resize } from './resize.ts';
import { stageAt } from './stages.ts';
import { pathOption } from './vectors.ts';

const options = z.strictObject({
  student: pathOption('student', 'its second stage, as in the CRD benchmark,'),
  teacher: pathOption('teacher', 'its second stage, as in the CRD benchmark,'),
  beta: z.number().positive().default(100).describe('β, the weight of the hint; 100 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

export type FitNetOptions = z.input<typeof options>;

/** A hint from the teacher's middle; see the head of the file. @throws RangeError @example fitnet({ student: 'layer2', teacher: 'layer2' }) */
export function fitnet(given: FitNetOptions = {}): Method {
  const { beta, gamma, ...paths } = parseOptions('fitnet', options, given);
  const pathIn = (pair: Anatomies, whose: 'student' | 'teacher'): string =>
    stageAt(pair, whose, 'fitnet', { given: paths[whose], index: 1, which: 'second' });
  return {
    name: 'fitnet',
    needsTeacher: true,
    taps: (pair) => ({ student: [pathIn(pair, 'student')], teacher: [pathIn(pair, 'teacher')] }),
    objective(pair) {
      const studentPath = pathIn(pair, 'student');
      const teacherPath = pathIn(pair, 'teacher');
      const from = pair.studentShape(studentPath);
      const to = pair.teacherShape(teacherPath);
      if (from.length !== 3 || to.length !== 3) {
        throw new RangeError(
          `fitnet compares feature maps [C, H, W]: '${studentPath}' of the student gives [${from.join(', ')}], '${teacherPath}' of the teacher [${to.join(', ')}]`,
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
          const { studentFeatures, teacherFeatures } = seen;
          const hint = functional.mse_loss(
            projector.forward(feature(studentFeatures, studentPath)),
            feature(teacherFeatures, teacherPath),
          );
          return {
            ...labelTerm(gamma, seen),
            hint: hint.mul(beta),
          };
        },
      };
    },
  };
}

export const fitnetDefinition: MethodDefinition = {
  name: 'fitnet',
  source: 'Romero et al. 2015, "FitNets: Hints for Thin Deep Nets"',
  options,
  create: (given) => fitnet(parseOptions('fitnet', options, given)),
};
