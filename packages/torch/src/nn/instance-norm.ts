import { ones, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { checkEps } from '../functional/eps.ts';
import { instance_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Buffer, Parameter, type Placement, placementNames } from './parameter.ts';

export interface InstanceNormLayerOptions extends Placement {
  eps?: number;
  /** The share of the new in the running statistics; 0.1 where it is left out. */
  momentum?: number;
  /** Whether there are a weight and a bias for each channel; false where it is left out. */
  affine?: boolean;
  /** Whether evaluation normalises by running statistics of training; false where it is left out. */
  trackRunningStats?: boolean;
}

const names: OptionNames<InstanceNormLayerOptions> = {
  eps: true,
  momentum: true,
  affine: true,
  trackRunningStats: true,
  ...placementNames,
};

abstract class InstanceNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Buffer | null;
  readonly running_var: Buffer | null;
  /** PyTorch has it in the state dict and does not count. */
  readonly num_batches_tracked: Buffer | null;
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;

  /** @throws TorchError if the number of features is none, eps negative, or an option unknown */
  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    super();
    refuseUnknown(this.constructor.name, options, names);
    wholeNumbers(this.constructor.name, { numFeatures });
    const { eps = 1e-5, momentum = 0.1, affine = false, trackRunningStats = false, ...placement } = options;
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

  /** `takes` says for messages which shape has `dims` dimensions. */
  protected normalise(x: Tensor, takes: string, dims: number): Tensor {
    const { shape } = x;
    if (shape.length !== dims || shape[1] !== this.numFeatures) {
      throw new TorchError(
        `${this.constructor.name} takes ${takes} with C = ${this.numFeatures}, got ${x.summary()}`,
      );
    }
    const { weight, bias, running_mean: runningMean, running_var: runningVar, momentum, eps } = this;
    const useInputStats = this.training || runningMean === null;
    return instance_norm(x, { weight, bias, runningMean, runningVar, useInputStats, momentum, eps });
  }
}

/** x [N, numFeatures, L] normalised per sample and channel (Ulyanov et al. 2016). @example new nn.InstanceNorm1d(64, { affine: true }) */
export class InstanceNorm1d extends InstanceNorm {
  /** @throws TorchError for another shape, or a single value per sample and channel */
  forward(x: Tensor): Tensor {
    return this.normalise(x, '[N, C, L]', 3);
  }
}

/** The same of images x [N, numFeatures, H, W]. @example new nn.InstanceNorm2d(64, { affine: true }) */
export class InstanceNorm2d extends InstanceNorm {
  /** @throws TorchError for another shape, or a single value per sample and channel */
  forward(x: Tensor): Tensor {
    return this.normalise(x, '[N, C, H, W]', 4);
  }
}
