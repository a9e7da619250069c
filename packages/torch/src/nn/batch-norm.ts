import { ones, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { checkEps } from '../functional/eps.ts';
import { batch_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Buffer, Parameter, type Placement, placementNames } from './parameter.ts';

export interface BatchNormLayerOptions extends Placement {
  /** Added to the variance; 1e-5 where it is left out. With 0 a channel without variance becomes 0, and gets no gradient. */
  eps?: number;
  /** The share of the new in the running statistics; null averages all batches alike. */
  momentum?: number | null;
  /** Whether there are a weight and a bias for each channel. */
  affine?: boolean;
  /** Without them evaluation too normalises by the batch's statistics. */
  trackRunningStats?: boolean;
}

const optionNames: OptionNames<BatchNormLayerOptions> = {
  eps: true,
  momentum: true,
  affine: true,
  trackRunningStats: true,
  ...placementNames,
};

abstract class BatchNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Buffer | null;
  readonly running_var: Buffer | null;
  readonly num_batches_tracked: Buffer | null;
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;

  /** @throws TorchError if the number of features is none, eps negative, or an option unknown */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super();
    refuseUnknown(this.constructor.name, options, optionNames);
    wholeNumbers(this.constructor.name, { numFeatures });
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, ...placement } = options;
    checkEps(this.constructor.name, eps);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones([numFeatures], placement)) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], placement)) : null;
    this.running_mean = trackRunningStats ? new Buffer(zeros([numFeatures], placement)) : null;
    this.running_var = trackRunningStats ? new Buffer(ones([numFeatures], placement)) : null;
    this.num_batches_tracked = trackRunningStats
      ? new Buffer(zeros([], { ...placement, dtype: 'int64' }))
      : null;
  }

  /** `takes` says for messages which shapes have one of the numbers of dimensions `dims`. */
  protected normalise(x: Tensor, takes: string, ...dims: number[]): Tensor {
    const { shape } = x;
    if (!dims.includes(shape.length) || shape[1] !== this.numFeatures) {
      throw new TorchError(
        `${this.constructor.name} takes ${takes} with C = ${this.numFeatures}, got ${x.summary()}`,
      );
    }
    const { training, num_batches_tracked: tracked } = this;
    const counts = training && tracked !== null;
    const y = batch_norm(x, {
      weight: this.weight,
      bias: this.bias,
      runningMean: this.running_mean,
      runningVar: this.running_var,
      training: training || tracked === null,
      momentum: this.momentum ?? (counts ? 1 / (tracked.item() + 1) : 0),
      eps: this.eps,
    });
    if (counts) tracked.add_(1);
    return y;
  }
}

/**
 * x [N, numFeatures] or [N, numFeatures, L] normalised per channel: by the batch's mean and variance in training, which also move the
 * running statistics, and by the running statistics in evaluation (Ioffe & Szegedy 2015).
 *
 * @example new nn.BatchNorm1d(128)
 */
export class BatchNorm1d extends BatchNorm {
  /** @throws TorchError for another shape, or in training with a single value per channel */
  forward(x: Tensor): Tensor {
    return this.normalise(x, '[N, C] or [N, C, L]', 2, 3);
  }
}

/** The same of images x [N, numFeatures, H, W]. @example new nn.BatchNorm2d(16, { momentum: 0.01 }) */
export class BatchNorm2d extends BatchNorm {
  /** @throws TorchError for another shape, or in training with a single value per channel */
  forward(x: Tensor): Tensor {
    return this.normalise(x, '[N, C, H, W]', 4);
  }
}
