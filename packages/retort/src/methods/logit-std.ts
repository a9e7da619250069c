/**
 * Logit standardisation: Sun, Ren, Li, Wang & Cao, "Logit Standardization in Knowledge Distillation" (CVPR 2024), algorithm 1: Hinton's
 * distillation of z-scores of the logits, so that the student need not match how far the teacher's are spread:
 *
 *     L = γ · CE(z_s, y) + α · T² · KL( softmax(Z(z_t) / T) ‖ softmax(Z(z_s) / T) ),   Z(z) = (z − z̄) / (σ(z) + ε)
 *
 * z_s, z_t [B, C] are the logits, z̄ and σ their mean and standard deviation over the classes (dividing by C − 1, as the released code
 * does), T the base temperature, ε = 1e-7; KL is summed over classes and averaged over the batch.
 */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { divergence, refuseMasked } from '../divergence.ts';
import {
  gammaOption,
  labelTerm,
  type Method,
  type MethodDefinition,
  parseOptions,
  temperatureOption,
} from './method.ts';

const options = z.strictObject({
  temperature: temperatureOption(2, "T, of the z-scores; 2 in the authors' settings, 3 or 4 for some pairs"),
  alpha: z.number().positive().default(9).describe("α; 9 in the authors' settings, 1 or 12 for some pairs"),
  gamma: gammaOption(0.1, "0.1 in the authors' settings of CIFAR-100, 0.5 in torchdistill's of ImageNet"),
});

export type LogitStdOptions = z.input<typeof options>;

/** Z of logits [B, C], each row by itself. */
const standardised = (logits: Tensor): Tensor =>
  logits.sub(logits.mean([1], true)).div(logits.std([1], { keepdim: true }).add(1e-7));

/** Distillation of standardised logits; see the head of the file. @throws RangeError @example logitStd({ temperature: 2 }) */
export function logitStd(given: LogitStdOptions = {}): Method {
  const { temperature, alpha, gamma } = parseOptions('logit-std', options, given);
  return {
    name: 'logit-std',
    needsTeacher: true,
    objective: () => ({
      losses(seen) {
        const { student, teacher } = seen;
        if (!teacher) throw new RangeError('logit-std needs the logits of a teacher');
        refuseMasked('logit-std', 'standardises logits over all classes', teacher);
        const kl = divergence(standardised(student).div(temperature), standardised(teacher).div(temperature));
        return {
          ...labelTerm(gamma, seen),
          kd: kl.mul(alpha * temperature ** 2),
        };
      },
    }),
  };
}

export const logitStdDefinition: MethodDefinition = {
  name: 'logit-std',
  source: 'Sun et al. 2024, "Logit Standardization in Knowledge Distillation"',
  options,
  create: (given) => logitStd(parseOptions('logit-std', options, given)),
};
