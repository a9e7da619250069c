/** What batch norm and instance norm have in common. */
import { ones, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { checkEps } from '../functional/eps.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Buffer, Parameter, type Placement, placementNames } from './parameter.ts';

interface ChannelNormOptions extends Placement {
  eps?: number;
  momentum?: number | null;
  affine?: boolean;
  trackRunningStats?: boolean;
}

const names: OptionNames<ChannelNormOptions> = {
  eps: true,
  momentum: true,
  affine: true,
  trackRunningStats: true,
  ...placementNames,
};

/** @internal A layer that normalises each of the channels [numFeatures] of its input, and may keep running statistics of them. */
export abstract class ChannelNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Buffer | null;
  readonly running_var: Buffer | null;
  readonly num_batches_tracked: Buffer | null;
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;

  /** `present` says whether weight, bias and running statistics are there unless `options` say otherwise. */
  constructor(numFeatures: number, options: ChannelNormOptions, present: boolean) {
    super();
    refuseUnknown(this.constructor.name, options, names);
    wholeNumbers(this.constructor.name, { numFeatures });
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = present,
      trackRunningStats = present,
      ...placement
    } = options;
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

  /**
   * Throws unless x has one of the numbers of dimensions `dims` and `numFeatures` channels.
   *
   * @param takes  the shapes that x may have, for the message
   */
  protected checkShape(x: Tensor, takes: string, ...dims: number[]): void {
    const { shape } = x;
    if (!dims.includes(shape.length) || shape[1] !== this.numFeatures) {
      throw new TorchError(
        `${this.constructor.name} takes ${takes} with C = ${this.numFeatures}, got ${x.summary()}`,
      );
    }
  }
}
