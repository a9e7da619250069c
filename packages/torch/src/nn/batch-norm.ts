import { ones, zeros } from '../create.ts';
import { TorchError } from '../errors.ts';
import { batch_norm } from '../functional.ts';
import type { Tensor, TensorOptions } from '../tensor.ts';
import { Layer } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';

/**
 * x [N, C, H, W] normalised per channel: by the batch's mean and variance in training, which also move the running statistics by
 * `momentum`, and by the running statistics in evaluation (Ioffe & Szegedy 2015).
 *
 * @example new nn.BatchNorm2d(16)
 */
export class BatchNorm2d extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly running_mean: Buffer;
  readonly running_var: Buffer;
  readonly num_batches_tracked: Buffer;
  readonly #momentum: number;
  readonly #eps: number;

  constructor(channels: number, options: TensorOptions & { momentum?: number; eps?: number } = {}) {
    super();
    this.#momentum = options.momentum ?? 0.1;
    this.#eps = options.eps ?? 1e-5;
    this.weight = new Parameter(ones([channels], options));
    this.bias = new Parameter(zeros([channels], options));
    this.running_mean = new Buffer(zeros([channels], options));
    this.running_var = new Buffer(ones([channels], options));
    this.num_batches_tracked = new Buffer(zeros([], { ...options, dtype: 'int64' }));
  }

  forward(x: Tensor): Tensor {
    if (x.dim() !== 4) throw new TorchError(`BatchNorm2d takes [N, C, H, W], got ${x.summary()}`);
    if (this.training) this.num_batches_tracked.add_(1);
    return batch_norm(x, {
      weight: this.weight,
      bias: this.bias,
      runningMean: this.running_mean,
      runningVar: this.running_var,
      training: this.training,
      momentum: this.#momentum,
      eps: this.#eps,
    });
  }
}
