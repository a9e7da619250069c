import { scope } from '../dispatch/scope.ts';
import { getWorldSize, isInitialized } from '../distributed/index.ts';
import { batch_norm } from '../functional/index.ts';
import { sync_batch_norm } from '../functional/sync-batch-norm.ts';
import type { Tensor } from '../tensor.ts';
import { ChannelNorm } from './channel-norm.ts';
import type { Placement } from './parameter.ts';

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

/** @internal */
export abstract class BatchNorm extends ChannelNorm {
  /** Whether training normalises by the batches of all ranks. There only where it does, so that others print as they always did. */
  declare synced?: boolean;

  /** @throws TorchError if the number of features is none, eps negative, or an option unknown */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super(numFeatures, options, true);
  }

  /** `takes` says for messages which shapes have one of the numbers of dimensions `dims`. */
  protected normalise(x: Tensor, takes: string, ...dims: number[]): Tensor {
    this.checkShape(x, takes, ...dims);
    const { training, num_batches_tracked: tracked } = this;
    const counts = training && tracked !== null;
    const options = {
      weight: this.weight,
      bias: this.bias,
      runningMean: this.running_mean,
      runningVar: this.running_var,
      momentum: this.momentum ?? (counts ? 1 / (tracked.item() + 1) : 0),
      eps: this.eps,
    };
    const isOverRanks = training && this.synced === true && isInitialized() && getWorldSize() > 1;
    const y = isOverRanks
      ? scope(() => sync_batch_norm(x, options))
      : batch_norm(x, { ...options, training: training || tracked === null });
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
