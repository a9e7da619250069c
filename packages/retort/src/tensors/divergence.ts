/** The Kullback-Leibler divergence between predictions, which several methods minimise, and what a masked class is to it. */
import { functional, type Tensor } from '@retort/torch';

/** The lowest float32: e to its power is 0, and no logarithm of a probability in float32 is below it. */
const lowest = -3.4028234663852886e38;

/** Of probabilities, as `kl_div` takes them. */
const logarithms = (
  student: Tensor,
  teacher: Tensor,
): { readonly input: Tensor; readonly target: Tensor } => ({
  target: teacher.log_softmax(1).clamp(lowest),
  input: student.log_softmax(1).masked_fill(teacher.isneginf(), 0),
});

/**
 * KL( softmax(z_t) ‖ softmax(z_s) ) of logits [B, C], summed over classes and averaged over the batch, in nats. A class that the teacher masks
 * (its logit is −∞) has the probability 0 and contributes 0, as in PyTorch's `kl_div` of probabilities; of logarithms that one makes NaN of it. It does so too where the student masks it
 * as well, of which either makes NaN; one that only the student masks makes the divergence infinite.
 */
export function divergence(student: Tensor, teacher: Tensor): Tensor {
  const { input, target } = logarithms(student, teacher);
  return functional.kl_div(input, target, { reduction: 'batchmean', logTarget: true });
}

/** The same of each sample, [B]. */
export function divergences(student: Tensor, teacher: Tensor): Tensor {
  const { input, target } = logarithms(student, teacher);
  return functional.kl_div(input, target, { reduction: 'none', logTarget: true }).sum([1]);
}

/**
 * Refuses masked classes for a method that compares the logits themselves.
 *
 * @param teacher  logits [B, C]
 * @param why  what the method does with them, e.g. `standardises logits over all classes`
 * @throws RangeError where a logit is −∞
 */
export function refuseMasked(method: string, why: string, teacher: Tensor): void {
  const masked = teacher.isneginf().any(1).sum().item();
  if (masked === 0) return;
  throw new RangeError(
    `${method} ${why}, so that it cannot learn from a teacher that masks classes: of ${masked} of ${teacher.size(0)} samples the teacher's logits ` +
      'have -inf. Learn by kd, dkd, cskd, dist or ofa, or from a teacher of just the classes that it knows',
  );
}
