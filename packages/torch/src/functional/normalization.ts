/** Normalisation: to mean 0 and variance 1 over some of the dimensions, then scaled and shifted. */

import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkEps } from './eps.ts';
import { normOnMeta } from './on-meta.ts';

const ops = {
  batchNorm: op('aten::batch_norm'),
  layerNorm: op('aten::layer_norm'),
  groupNorm: op('aten::group_norm'),
  rmsNorm: op('aten::rms_norm'),
  instanceNorm: op('aten::instance_norm'),
};

export interface NormOptions {
  weight?: Tensor | null;
  bias?: Tensor | null;
  /** Added to the variance; 1e-5 where it is left out. */
  eps?: number;
}

const normNames: OptionNames<NormOptions> = { weight: true, bias: true, eps: true };

export interface BatchNormOptions extends NormOptions {
  runningMean?: Tensor | null;
  runningVar?: Tensor | null;
  /** Normalises by the batch's statistics and updates the running ones. */
  training?: boolean;
  /** The share of the new in the running statistics. */
  momentum?: number;
}

const batchNormNames: OptionNames<BatchNormOptions> = {
  ...normNames,
  runningMean: true,
  runningVar: true,
  training: true,
  momentum: true,
};

/** The value of each channel all of whose values are alike, as [1, C, 1, …]; 0 for the others. */
function constantsOf(x: Tensor): Tensor {
  const values = x.detach();
  const others = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  const least = values.amin(others, true);
  return least.mul(least.eq(values.amax(others, true)));
}

/**
 * Batch norm with an eps of 0, under which a channel without variance must not be divided by the rounding of its mean, which training
 * takes for its variance, nor by 0.
 */
function batchNormWithoutEps(x: Tensor, options: Required<BatchNormOptions>): Tensor {
  const { weight, bias, runningMean, runningVar, training, momentum } = options;
  if (!training) {
    const variance = runningVar?.masked_fill(runningVar.eq(0), Number.POSITIVE_INFINITY);
    return ops.batchNorm(x, weight, bias, runningMean, variance, false, momentum, 0, true);
  }
  const constants = constantsOf(x);
  const centred = x.sub(constants);
  noGrad(() => {
    if (!runningMean && !runningVar) return;
    ops.batchNorm(centred, null, null, runningMean, runningVar, true, momentum, 0, true);
    runningMean?.add_(constants.reshape([-1]), { alpha: momentum });
  });
  return ops.batchNorm(centred, weight, bias, null, null, true, momentum, 0, true);
}

/**
 * x [N, C, …] normalised per channel over all other dimensions (Ioffe & Szegedy 2015). With an eps of 0 a channel without variance becomes
 * 0 (the bias, where there is one) and gets no gradient; PyTorch refuses an eps of 0 in training, and in evaluation makes nan of it.
 *
 * @throws TorchError for a negative eps, and in training with a single value per channel, whose variance is none
 * @example functional.batch_norm(x, { training: true })
 */
export function batch_norm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  refuseUnknown('batch_norm', options, batchNormNames);
  const { weight = null, bias = null, runningMean = null, runningVar = null } = options;
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  checkEps('batch_norm', eps);
  if (training) {
    const { shape } = x;
    const perChannel = shape.reduce((product, size, i) => (i === 1 ? product : product * size), 1);
    if (perChannel === 1) {
      throw new TorchError(
        `batch_norm: training needs more than one value per channel, got ${x.summary()}; use a larger batch or eval()`,
      );
    }
  }
  if (x.device === 'meta') {
    const over = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
    const channels = x.shape.map((size, i) => (i === 1 ? size : 1));
    return normOnMeta(x, over, { weight, bias }, channels);
  }
  if (eps === 0 && x.numel() > 0)
    return scope(() =>
      batchNormWithoutEps(x, { weight, bias, runningMean, runningVar, training, momentum, eps }),
    );
  return ops.batchNorm(x, weight, bias, runningMean, runningVar, training, momentum, eps, true);
}

/**
 * x [*, …normalizedShape] normalised over its last dimensions (Ba et al. 2016); weight and bias have their shape.
 *
 * @throws TorchError if x does not end with `normalizedShape`, or eps is negative
 * @example functional.layer_norm(x, [768], { weight, bias, eps: 1e-6 })
 */
export function layer_norm(x: Tensor, normalizedShape: readonly number[], options: NormOptions = {}): Tensor {
  refuseUnknown('layer_norm', options, normNames);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  checkEps('layer_norm', eps);
  if (x.device === 'meta' && String(x.shape.slice(-normalizedShape.length)) === String(normalizedShape))
    return normOnMeta(
      x,
      normalizedShape.map((_, i) => i - normalizedShape.length),
      { weight, bias },
      normalizedShape,
    );
  return ops.layerNorm(x, normalizedShape, weight, bias, eps);
}

/**
 * x [N, C, *] normalised per sample over groups of channels (Wu & He 2018); weight and bias are [C].
 *
 * @throws TorchError if the channels do not fall into the groups, or eps is negative
 * @example functional.group_norm(x, 8, { weight, bias })
 */
export function group_norm(x: Tensor, numGroups: number, options: NormOptions = {}): Tensor {
  refuseUnknown('group_norm', options, normNames);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  checkEps('group_norm', eps);
  return ops.groupNorm(x, numGroups, weight, bias, eps);
}

export interface RMSNormOptions {
  weight?: Tensor | null;
  /** Added to the mean of squares; the dtype's smallest step from 1 (float32: 2⁻²³) where it is left out or null. */
  eps?: number | null;
}

const rmsNormNames: OptionNames<RMSNormOptions> = { weight: true, eps: true };

/**
 * x [*, …normalizedShape] divided by the root of the mean of its squares over its last dimensions (Zhang & Sennrich 2019); the weight has
 * their shape.
 *
 * @throws TorchError if x does not end with `normalizedShape`
 * @example functional.rms_norm(x, [768], { weight, eps: 1e-6 })
 */
export function rms_norm(
  x: Tensor,
  normalizedShape: readonly number[],
  options: RMSNormOptions = {},
): Tensor {
  refuseUnknown('rms_norm', options, rmsNormNames);
  const { weight = null, eps = null } = options;
  if (eps !== null) checkEps('rms_norm', eps);
  return ops.rmsNorm(x, normalizedShape, weight, eps);
}

export interface InstanceNormOptions extends NormOptions {
  runningMean?: Tensor | null;
  runningVar?: Tensor | null;
  /** Normalises by the sample's own statistics and updates the running ones, if there are any; true where it is left out. */
  useInputStats?: boolean;
  /** The share of the new in the running statistics. */
  momentum?: number;
}

const instanceNormNames: OptionNames<InstanceNormOptions> = {
  ...normNames,
  runningMean: true,
  runningVar: true,
  useInputStats: true,
  momentum: true,
};

/**
 * x [N, C, …] normalised per sample and channel over the other dimensions (Ulyanov et al. 2016), or by running statistics; weight, bias
 * and those are [C].
 *
 * @throws TorchError with a single value per sample and channel, whose variance is none, or if something given is not [C]
 * @example functional.instance_norm(images)
 */
export function instance_norm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  refuseUnknown('instance_norm', options, instanceNormNames);
  const { weight = null, bias = null, runningMean = null, runningVar = null } = options;
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  checkEps('instance_norm', eps);
  const { shape } = x;
  if (shape.length < 3) throw new TorchError(`instance_norm takes [N, C, …], got ${x.summary()}`);
  const [, channels] = shape;
  for (const [name, given] of Object.entries({ weight, bias, runningMean, runningVar })) {
    if (given && `${given.shape}` !== `${channels}`)
      throw new TorchError(
        `instance_norm: ${name} must be [${channels}] for ${x.summary()}, got [${given.shape}]`,
      );
  }
  if (useInputStats && shape.slice(2).every((size) => size === 1)) {
    throw new TorchError(
      `instance_norm needs more than one value per sample and channel, got ${x.summary()}; use larger images`,
    );
  }
  return ops.instanceNorm(x, weight, bias, runningMean, runningVar, useInputStats, momentum, eps, true);
}
