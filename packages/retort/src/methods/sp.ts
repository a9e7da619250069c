/**
 * Similarity-preserving distillation: Tung & Mori, "Similarity-Preserving Knowledge Distillation" (ICCV 2019), of the last stage, as the CRD
 * benchmark trains it (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + β / B² · ‖ G_s − G_t ‖²_F,   G[i, :] = A[i, :] / ‖A[i, :]‖₂,   A = Q Qᵀ
 *
 * Q [B, C · H · W] is the feature of a network, flattened: A [B, B] tells which images of the batch it finds alike. Features may have any
 * shape.
 */
import { functional, type Tensor } from '@retort/torch';
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
import { stageAt } from './stages.ts';
import { pathOption } from './vectors.ts';

const options = z.strictObject({
  student: pathOption('student', 'its last stage'),
  teacher: pathOption('teacher', 'its last stage'),
  beta: z.number().positive().default(3000).describe('β; 3000 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

export type SPOptions = z.input<typeof options>;

/** G: [B, …] → rows [B, B] of length 1. */
function similarities(features: Tensor): Tensor {
  const Q = features.flatten(1);
  return functional.normalize(Q.mm(Q.t()));
}

/** Which images the teacher finds alike; see the head of the file. @throws RangeError @example sp({ beta: 3000 }) */
export function sp(given: SPOptions = {}): Method {
  const { beta, gamma, ...paths } = parseOptions('sp', options, given);
  const pathIn = (pair: Anatomies, whose: 'student' | 'teacher'): string =>
    stageAt(pair, whose, 'sp', { given: paths[whose], index: -1, which: 'last' });
  return {
    name: 'sp',
    needsTeacher: true,
    taps: (pair) => ({ student: [pathIn(pair, 'student')], teacher: [pathIn(pair, 'teacher')] }),
    objective(pair) {
      const studentPath = pathIn(pair, 'student');
      const teacherPath = pathIn(pair, 'teacher');
      return {
        losses(seen) {
          const { studentFeatures, teacherFeatures } = seen;
          const distance = functional.mse_loss(
            similarities(feature(studentFeatures, studentPath)),
            similarities(feature(teacherFeatures, teacherPath)),
          );
          return {
            ...labelTerm(gamma, seen),
            sp: distance.mul(beta),
          };
        },
      };
    },
  };
}

export const spDefinition: MethodDefinition = {
  name: 'sp',
  source: 'Tung & Mori 2019, "Similarity-Preserving Knowledge Distillation"',
  options,
  create: (given) => sp(parseOptions('sp', options, given)),
};
