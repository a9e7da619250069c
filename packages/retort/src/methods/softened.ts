/** What a teacher's logits teach by themselves. */
import { functional, type Tensor } from '@retort/torch';
import { divergence } from '../tensors/divergence.ts';

/**
 * T² · KL( softmax(z_t / T) ‖ softmax(z_s / T) ) of logits [B, C], averaged over the batch. Of a regression, whose one number [B, 1] is no
 * distribution, the mean of (z_s − z_t)².
 */
export function softened(z_s: Tensor, z_t: Tensor, temperature: number): Tensor {
  if (z_s.size(1) === 1) return functional.mse_loss(z_s, z_t);
  return divergence(z_s.div(temperature), z_t.div(temperature)).mul(temperature ** 2);
}
