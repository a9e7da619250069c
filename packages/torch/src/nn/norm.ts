/** Normalisation within a sample, the same in training and evaluation. */
import { ones, zeros } from '../create.ts';
import { group_norm, layer_norm, rms_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { divisible, wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement } from './parameter.ts';

export interface LayerNormOptions extends Placement {
  eps?: number;
  /** Whether there is a weight, and a bias unless `bias` is false. */
  elementwiseAffine?: boolean;
  bias?: boolean;
}

/** x [*, …normalizedShape] normalised over its last dimensions (Ba et al. 2016). @example new nn.LayerNorm(192, { eps: 1e-6 }) */
export class LayerNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly normalizedShape: readonly number[];
  readonly eps: number;

  /** @throws TorchError if a size is no whole number */
  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    for (const size of this.normalizedShape) wholeNumbers('LayerNorm', { normalizedShape: size }, 0);
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, options)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, options)) : null;
  }

  /** @throws TorchError if x does not end with `normalizedShape` */
  forward(x: Tensor): Tensor {
    return layer_norm(x, this.normalizedShape, this);
  }
}

export interface GroupNormOptions extends Placement {
  eps?: number;
  /** Whether there are a weight and a bias for each channel. */
  affine?: boolean;
}

/** x [N, numChannels, *] normalised over each group of channels of a sample (Wu & He 2018). @example new nn.GroupNorm(8, 64) */
export class GroupNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;

  /** @throws TorchError if the channels do not fall into the groups */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    wholeNumbers('GroupNorm', { numGroups, numChannels });
    divisible('GroupNorm', 'numChannels', numChannels, 'numGroups', numGroups);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = options.eps ?? 1e-5;
    const affine = options.affine ?? true;
    this.weight = affine ? new Parameter(ones([numChannels], options)) : null;
    this.bias = affine ? new Parameter(zeros([numChannels], options)) : null;
  }

  /** @throws TorchError if x has other channels */
  forward(x: Tensor): Tensor {
    return group_norm(x, this.numGroups, this);
  }
}

export interface RMSNormLayerOptions extends Placement {
  /** Added to the mean of squares; the dtype's smallest step from 1 (float32: 2⁻²³) where it is left out or null. */
  eps?: number | null;
  /** Whether there is a weight. */
  elementwiseAffine?: boolean;
}

/**
 * x [*, …normalizedShape] divided by the root of the mean of its squares over its last dimensions (Zhang & Sennrich 2019).
 *
 * @example new nn.RMSNorm(768, { eps: 1e-6 })
 */
export class RMSNorm extends Layer {
  readonly weight: Parameter | null;
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;

  /** @throws TorchError if a size is no whole number */
  constructor(normalizedShape: number | readonly number[], options: RMSNormLayerOptions = {}) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    for (const size of this.normalizedShape) wholeNumbers('RMSNorm', { normalizedShape: size }, 0);
    this.eps = options.eps ?? null;
    this.weight =
      options.elementwiseAffine === false ? null : new Parameter(ones(this.normalizedShape, options));
  }

  /** @throws TorchError if x does not end with `normalizedShape` */
  forward(x: Tensor): Tensor {
    const { weight, eps } = this;
    return rms_norm(x, this.normalizedShape, { weight, eps });
  }
}
