/** Dropout, which draws from the generator of `withGenerator` or else the process's default one. */

import { empty, empty_like } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import { currentGenerator } from '../random.ts';
import type { Tensor } from '../tensor.ts';
import { aliasOf } from './alias.ts';
import { checkProbability } from './probability.ts';

// aten::dropout takes no generator: it is put together from what it does itself, so that the same seed gives the same values.
const bernoulli_ = op('aten::bernoulli_.float');

/** Fills `noise` with 1 at the probability `keep`, else 0. */
function draw_(noise: Tensor, keep: number): Tensor {
  return bernoulli_(noise, keep, currentGenerator());
}

/**
 * In training, zeroes each element with probability `p` and divides the others by 1 − p (Srivastava et al. 2014); else x itself.
 * The default generator with PyTorch's seed gives PyTorch's values on a CPU.
 *
 * @throws TorchError unless 0 ≤ p ≤ 1
 * @example functional.dropout(x, 0.1, { training: this.training })
 */
export function dropout(x: Tensor, p = 0.5, options: { training?: boolean } = {}): Tensor {
  refuseUnknown('dropout', options, { training: true });
  checkProbability('dropout', p);
  if (p === 0 || options.training === false || x.numel() === 0) return aliasOf(x);
  if (p === 1) return x.mul(0);
  using noise = draw_(empty_like(x), 1 - p).div_(1 - p);
  return x.mul(noise);
}

/**
 * In training, zeroes each whole channel of x [N, C, H, W] with probability `p` and divides the others by 1 − p (Tompson et al. 2015),
 * for neighbouring pixels that say the same; else x itself.
 *
 * @throws TorchError unless 0 ≤ p ≤ 1, or if x has another rank: PyTorch warns and takes other dimensions for the channels
 * @example functional.dropout2d(x, 0.1, { training: this.training })
 */
export function dropout2d(x: Tensor, p = 0.5, options: { training?: boolean } = {}): Tensor {
  refuseUnknown('dropout2d', options, { training: true });
  checkProbability('dropout2d', p);
  const { shape, dtype, device } = x;
  if (shape.length !== 4) throw new TorchError(`dropout2d takes [N, C, H, W], got ${x.summary()}`);
  if (p === 0 || options.training === false || x.numel() === 0) return aliasOf(x);
  if (p === 1) return x.mul(0);
  using noise = draw_(empty([...shape.slice(0, 2), 1, 1], { dtype, device }), 1 - p).div_(1 - p);
  return x.mul(noise);
}

/**
 * Stochastic depth: in training, zeroes each whole sample of x [N, *] with probability `p` and divides the others by 1 − p (Huang et al.
 * 2016), as timm's drop_path does; else x itself.
 *
 * @param options.scaleByKeep  whether samples that stay are divided by 1 − p; true by default
 * @throws TorchError unless 0 ≤ p ≤ 1, or if x has no dimension
 * @example x.add(functional.drop_path(branch, 0.1, { training: this.training }))
 */
export function drop_path(
  x: Tensor,
  p = 0,
  options: { training?: boolean; scaleByKeep?: boolean } = {},
): Tensor {
  refuseUnknown('drop_path', options, { training: true, scaleByKeep: true });
  const { training = true, scaleByKeep = true } = options;
  checkProbability('drop_path', p);
  if (p === 0 || !training) return aliasOf(x);
  const { shape, dtype, device } = x;
  if (shape.length === 0)
    throw new TorchError('drop_path takes a batch [N, *], got a tensor without dimensions');
  const perSample = shape.map((size, i) => (i === 0 ? size : 1));
  using noise = draw_(empty(perSample, { dtype, device }), 1 - p);
  if (p < 1 && scaleByKeep) noise.div_(1 - p);
  return x.mul(noise);
}
