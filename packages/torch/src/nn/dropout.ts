/** Layers that drop in training and do nothing in evaluation. They draw from the generator of `withGenerator`, else the default one. */

import { refuseUnknown } from '../dispatch/options.ts';
import { drop_path, dropout, dropout2d } from '../functional/index.ts';
import { checkProbability } from '../functional/probability.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** Zeroes each element with probability `p` and divides the others by 1 − p, any shape (Srivastava et al. 2014). @example new nn.Dropout(0.1) */
export class Dropout extends Layer {
  readonly p: number;

  /** @throws TorchError unless 0 ≤ p ≤ 1 */
  constructor(p = 0.5) {
    super();
    checkProbability('Dropout', p);
    this.p = p;
  }

  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }
}

/** Zeroes each channel of x [N, C, H, W] with probability `p` and divides the others by 1 − p (Tompson et al. 2015). @example new nn.Dropout2d(0.1) */
export class Dropout2d extends Layer {
  readonly p: number;

  /** @throws TorchError unless 0 ≤ p ≤ 1 */
  constructor(p = 0.5) {
    super();
    checkProbability('Dropout2d', p);
    this.p = p;
  }

  /** @throws TorchError for another shape */
  forward(x: Tensor): Tensor {
    return dropout2d(x, this.p, { training: this.training });
  }
}

/**
 * Stochastic depth (Huang et al. 2016), timm's DropPath: zeroes whole samples of x [N, *] with probability `p` and divides the others by
 * 1 − p. It stands at the end of a residual branch.
 *
 * @example x.add(this.dropPath.forward(this.mlp.forward(x)))
 */
export class DropPath extends Layer {
  readonly p: number;
  readonly scaleByKeep: boolean;

  /** @throws TorchError unless 0 ≤ p ≤ 1 */
  constructor(p = 0, options: { scaleByKeep?: boolean } = {}) {
    super();
    refuseUnknown('DropPath', options, { scaleByKeep: true });
    checkProbability('DropPath', p);
    this.p = p;
    this.scaleByKeep = options.scaleByKeep ?? true;
  }

  forward(x: Tensor): Tensor {
    return drop_path(x, this.p, { training: this.training, scaleByKeep: this.scaleByKeep });
  }
}
