/** torch.nn.functional, as far as the layers and losses here need it. Shapes and defaults are PyTorch's. */
import { op } from './operator.ts';
import type { Tensor } from './tensor.ts';

const ops = {
  linear: op('aten::linear'),
  conv2d: op('aten::conv2d'),
  convPadding: op('aten::conv2d.padding'),
  batchNorm: op('aten::batch_norm'),
  adaptiveAvgPool2d: op('aten::adaptive_avg_pool2d'),
  avgPool2d: op('aten::avg_pool2d'),
  maxPool2d: op('aten::max_pool2d'),
  pad: op('aten::constant_pad_nd'),
  crossEntropy: op('aten::cross_entropy_loss'),
  klDiv: op('aten::kl_div'),
  mse: op('aten::mse_loss'),
  oneHot: op('aten::one_hot'),
};

/** One number for both dimensions, or [height, width]. */
export type Pair = number | readonly [number, number];
export type Reduction = 'none' | 'mean' | 'sum';

const reductions: Record<Reduction, number> = { none: 0, mean: 1, sum: 2 };

/** x [*, in] · weightᵀ [in, out] + bias [out] → [*, out]. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return ops.linear(x, weight, bias);
}

export interface ConvOptions {
  stride?: Pair;
  padding?: Pair | 'same' | 'valid';
  dilation?: Pair;
  groups?: number;
}

/** x [N, in, H, W] with weight [out, in / groups, kH, kW] → [N, out, H', W']. */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const convolve = typeof padding === 'string' ? ops.convPadding : ops.conv2d;
  return convolve(x, weight, bias, stride, padding, dilation, groups);
}

export interface BatchNormOptions {
  weight?: Tensor | null;
  bias?: Tensor | null;
  runningMean?: Tensor | null;
  runningVar?: Tensor | null;
  /** Normalises by the batch's statistics and updates the running ones. */
  training?: boolean;
  momentum?: number;
  eps?: number;
}

/** x [N, C, …] normalised per channel over all other dimensions. */
export function batch_norm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  const { weight = null, bias = null, runningMean = null, runningVar = null } = options;
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  return ops.batchNorm(x, weight, bias, runningMean, runningVar, training, momentum, eps, true);
}

/** x [N, C, H, W] averaged to [N, C, outputSize]. */
export function adaptive_avg_pool2d(x: Tensor, outputSize: Pair): Tensor {
  return ops.adaptiveAvgPool2d(x, outputSize);
}

export function avg_pool2d(
  x: Tensor,
  kernelSize: Pair,
  options: { stride?: Pair; padding?: Pair } = {},
): Tensor {
  return ops.avgPool2d(x, kernelSize, options.stride ?? kernelSize, options.padding ?? 0);
}

export function max_pool2d(
  x: Tensor,
  kernelSize: Pair,
  options: { stride?: Pair; padding?: Pair } = {},
): Tensor {
  return ops.maxPool2d(x, kernelSize, options.stride ?? kernelSize, options.padding ?? 0);
}

/** Pads with a constant: [left, right, top, bottom, …], from the last dimension on. */
export function pad(x: Tensor, padding: readonly number[], value = 0): Tensor {
  return ops.pad(x, padding, value);
}

export function relu(x: Tensor): Tensor {
  return x.relu();
}

export interface CrossEntropyOptions {
  weight?: Tensor | null;
  reduction?: Reduction;
  ignoreIndex?: number;
  labelSmoothing?: number;
}

/** logits [N, C, …] against class indices [N, …] (int64) or probabilities [N, C, …]. */
export function cross_entropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight = null, reduction = 'mean', ignoreIndex = -100, labelSmoothing = 0 } = options;
  return ops.crossEntropy(logits, target, weight, reductions[reduction], ignoreIndex, labelSmoothing);
}

/**
 * Kullback-Leibler divergence of log-probabilities `input` from `target`. `batchmean`, the mathematical mean over the batch, divides
 * the sum by the first dimension; `mean` divides by the number of elements, as in PyTorch.
 */
export function kl_div(
  input: Tensor,
  target: Tensor,
  options: { reduction?: Reduction | 'batchmean'; logTarget?: boolean } = {},
): Tensor {
  const { reduction = 'batchmean', logTarget = false } = options;
  if (reduction !== 'batchmean') return ops.klDiv(input, target, reductions[reduction], logTarget);
  return ops.klDiv(input, target, reductions.sum, logTarget).div(input.size(0));
}

export function mse_loss(input: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  return ops.mse(input, target, reductions[options.reduction ?? 'mean']);
}

/** labels [*] (int64) → [*, classes] of 0 and 1 (int64). */
export function one_hot(labels: Tensor, classes = -1): Tensor {
  return ops.oneHot(labels, classes);
}
