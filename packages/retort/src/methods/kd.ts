/**
 * Knowledge distillation: Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network" (2015), section 2, with the weights of
 * the CRD benchmark (Tian et al. 2020):
 *
 *     L = γ · CE(z_s, y) + α · T² · KL( softmax(z_t / T) ‖ softmax(z_s / T) )
 *
 * z_s, z_t [B, C] are the logits of student and teacher, y [B] the labels, T the temperature; KL is summed over classes and averaged
 * over the batch. T² keeps the size of the gradients when T changes.
 */
import { functional } from '@retort/torch';
import type { Method } from './method.ts';

export interface KDOptions {
  /** T; 4 in the CRD benchmark. */
  readonly temperature?: number;
  /** α, the weight of the teacher; 0.9 in the CRD benchmark. */
  readonly alpha?: number;
  /** γ, the weight of the labels; 0.1 in the CRD benchmark. With 0 the labels are not looked at. */
  readonly gamma?: number;
}

export function kd({ temperature = 4, alpha = 0.9, gamma = 0.1 }: KDOptions = {}): Method {
  if (!(temperature > 0)) throw new RangeError(`kd: the temperature must be positive, got ${temperature}`);
  if (!(alpha >= 0 && gamma >= 0 && alpha + gamma > 0)) {
    throw new RangeError(`kd: alpha and gamma must not be negative nor both 0, got ${alpha} and ${gamma}`);
  }
  return {
    name: 'kd',
    needsTeacher: true,
    losses({ student, teacher, labels }) {
      if (!teacher) throw new RangeError('kd needs the logits of a teacher');
      const pStudent = student.div(temperature).log_softmax(1);
      const pTeacher = teacher.div(temperature).log_softmax(1);
      const divergence = functional.kl_div(pStudent, pTeacher, { reduction: 'batchmean', logTarget: true });
      return {
        ...(gamma > 0 ? { ce: functional.cross_entropy(student, labels).mul(gamma) } : {}),
        kd: divergence.mul(alpha * temperature ** 2),
      };
    },
  };
}
