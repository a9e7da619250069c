/** What a teacher's logits teach by themselves. */
import { functional, type Tensor } from '@retort/torch';
import { divergence } from '../tensors/divergence.ts';

/** Σ over a class and its absence of p_t · log( p_t / p_s ), p = σ(z), the mean over samples and classes; one that the teacher masks (−∞) counts 0. */
function divergenceOfEach(z_s: Tensor, z_t: Tensor): Tensor {
  const isMasked = z_t.isneginf();
  const [own, theirs] = [z_s.masked_fill(isMasked, 0), z_t.masked_fill(isMasked, 0)];
  const of = (sign: 1 | -1): Tensor => {
    const log_t = theirs.mul(sign).log_sigmoid();
    return log_t.exp().mul(log_t.sub(own.mul(sign).log_sigmoid()));
  };
  return of(1).add(of(-1)).mean();
}

/**
 * T² · KL( softmax(z_t / T) ‖ softmax(z_s / T) ) of logits [B, C], averaged over the batch. Of a regression, whose one number [B, 1] is no
 * distribution, the mean of (z_s − z_t)². Where a sample may be of several classes, T² times the mean over samples and classes of the divergence of each class by itself.
 *
 * @param eachByItself  whether a sample may be of several classes
 */
export function softened(z_s: Tensor, z_t: Tensor, temperature: number, eachByItself = false): Tensor {
  const [own, theirs] = [z_s.div(temperature), z_t.div(temperature)];
  if (eachByItself) return divergenceOfEach(own, theirs).mul(temperature ** 2);
  if (z_s.size(1) === 1) return functional.mse_loss(z_s, z_t);
  return divergence(own, theirs).mul(temperature ** 2);
}
