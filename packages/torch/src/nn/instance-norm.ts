import { instance_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { ChannelNorm } from './channel-norm.ts';
import type { Buffer, Placement } from './parameter.ts';

export interface InstanceNormLayerOptions extends Placement {
  eps?: number;
  /** The share of the new in the running statistics; 0.1 where it is left out. */
  momentum?: number;
  /** Whether there are a weight and a bias for each channel; false where it is left out. */
  affine?: boolean;
  /** Whether evaluation normalises by running statistics of training; false where it is left out. */
  trackRunningStats?: boolean;
}

abstract class InstanceNorm extends ChannelNorm {
  /** PyTorch has it in the state dict and does not count. */
  declare readonly num_batches_tracked: Buffer | null;
  declare readonly momentum: number;

  /** @throws TorchError if the number of features is none, eps negative, or an option unknown */
  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    super(numFeatures, options, false);
  }

  /** `takes` says for messages which shape has `dims` dimensions. */
  protected normalise(x: Tensor, takes: string, dims: number): Tensor {
    this.checkShape(x, takes, dims);
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
