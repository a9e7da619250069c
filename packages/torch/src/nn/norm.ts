/** Normalisation within a sample, the same in training and evaluation. */
import { ones, zeros } from '../create.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { checkEps } from '../functional/eps.ts';
import { group_norm, layer_norm, rms_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { divisible, wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

export interface LayerNormOptions extends Placement {
  eps?: number;
  /** Whether there is a weight, and a bias unless `bias` is false. */
  elementwiseAffine?: boolean;
  bias?: boolean;
}

const layerNormNames: OptionNames<LayerNormOptions> = {
  eps: true,
  elementwiseAffine: true,
  bias: true,
  ...placementNames,
};

/** x [*, …normalizedShape] normalised over its last dimensions (Ba et al. 2016). @example new nn.LayerNorm(192, { eps: 1e-6 }) */
export class LayerNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly normalizedShape: readonly number[];
  readonly eps: number;

  /** @throws TorchError if a size is no whole number, eps negative, or an option unknown */
  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    refuseUnknown('LayerNorm', options, layerNormNames);
    const { eps = 1e-5, elementwiseAffine = true, bias = true, ...placement } = options;
    checkEps('LayerNorm', eps);
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    for (const size of this.normalizedShape) wholeNumbers('LayerNorm', { normalizedShape: size }, 0);
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, placement)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, placement)) : null;
  }

  /** @throws TorchError if x does not end with `normalizedShape` */
  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layer_norm(x, this.normalizedShape, { weight, bias, eps });
  }
}

export interface GroupNormOptions extends Placement {
  eps?: number;
  /** Whether there are a weight and a bias for each channel. */
  affine?: boolean;
}

const groupNormNames: OptionNames<GroupNormOptions> = { eps: true, affine: true, ...placementNames };

/** x [N, numChannels, *] normalised over each group of channels of a sample (Wu & He 2018). @example new nn.GroupNorm(8, 64) */
export class GroupNorm extends Layer {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;

  /** @throws TorchError if the channels do not fall into the groups, eps is negative, or an option unknown */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    refuseUnknown('GroupNorm', options, groupNormNames);
    const { eps = 1e-5, affine = true, ...placement } = options;
    checkEps('GroupNorm', eps);
    wholeNumbers('GroupNorm', { numGroups, numChannels });
    divisible('GroupNorm', 'numChannels', numChannels, 'numGroups', numGroups);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([numChannels], placement)) : null;
    this.bias = affine ? new Parameter(zeros([numChannels], placement)) : null;
  }

  /** @throws TorchError if x has other channels */
  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return group_norm(x, this.numGroups, { weight, bias, eps });
  }
}

export interface RMSNormLayerOptions extends Placement {
  /** Added to the mean of squares; the dtype's smallest step from 1 (float32: 2⁻²³) where it is left out or null. */
  eps?: number | null;
  /** Whether there is a weight. */
  elementwiseAffine?: boolean;
}

const rmsNormNames: OptionNames<RMSNormLayerOptions> = {
  eps: true,
  elementwiseAffine: true,
  ...placementNames,
};

/**
 * x [*, …normalizedShape] divided by the root of the mean of its squares over its last dimensions (Zhang & Sennrich 2019).
 *
 * @example new nn.RMSNorm(768, { eps: 1e-6 })
 */
export class RMSNorm extends Layer {
  readonly weight: Parameter | null;
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;

  /** @throws TorchError if a size is no whole number, eps negative, or an option unknown */
  constructor(normalizedShape: number | readonly number[], options: RMSNormLayerOptions = {}) {
    super();
    refuseUnknown('RMSNorm', options, rmsNormNames);
    const { eps = null, elementwiseAffine = true, ...placement } = options;
    if (eps !== null) checkEps('RMSNorm', eps);
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    for (const size of this.normalizedShape) wholeNumbers('RMSNorm', { normalizedShape: size }, 0);
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, placement)) : null;
  }

  /** @throws TorchError if x does not end with `normalizedShape` */
  forward(x: Tensor): Tensor {
    const { weight, eps } = this;
    return rms_norm(x, this.normalizedShape, { weight, eps });
  }
}
