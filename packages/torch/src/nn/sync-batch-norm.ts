import type { Tensor } from '../tensor.ts';
import { BatchNorm } from './batch-norm.ts';
import type { Module } from './module.ts';

/**
 * Batch norm of x [N, numFeatures, …] by the statistics of all ranks' batches in training, exact: ranks that have parts of a batch compute
 * what one process would of all of it. In evaluation, without a group and in a group of one it is `BatchNorm`. All ranks must run it alike;
 * a rank may have no samples.
 *
 * @example const model = nn.SyncBatchNorm.convert(new ResNet18());
 */
export class SyncBatchNorm extends BatchNorm {
  override readonly synced = true;

  /**
   * Lets every batch norm of a module, `BatchNorm1d`, `BatchNorm2d` and what is derived from them, normalise by all ranks' batches. They stay
   * the layers that they are, with their weights and hooks.
   *
   * @returns the module itself
   * @example nn.SyncBatchNorm.convert(student);
   */
  static convert<M extends Module>(module: M): M {
    for (const [, layer] of module.namedModules()) if (layer instanceof BatchNorm) layer.synced = true;
    return module;
  }

  /** @throws TorchError for other channels, or in training with a single value per channel over all ranks */
  forward(x: Tensor): Tensor {
    return this.normalise(x, '[N, C, …]', ...Array.from({ length: 63 }, (_, i) => i + 2));
  }
}
