/** Convolutions. The batch dimension N may be missing. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { conv2dOnMeta } from './on-meta.ts';
import type { Pair } from './size.ts';

const ops = {
  conv1d: op('aten::conv1d'),
  conv1dPadding: op('aten::conv1d.padding'),
  conv2d: op('aten::conv2d'),
  conv2dPadding: op('aten::conv2d.padding'),
  convTranspose2d: op('aten::conv_transpose2d.input'),
};

/** `same` keeps the size (with a stride of 1), `valid` is no padding. */
export type NamedPadding = 'same' | 'valid';

export interface Conv1dOptions {
  stride?: number;
  padding?: number | NamedPadding;
  dilation?: number;
  groups?: number;
}

export interface ConvOptions {
  stride?: Pair;
  padding?: Pair | NamedPadding;
  dilation?: Pair;
  groups?: number;
}

/** @internal The names of `ConvOptions`. */
export const convNames: OptionNames<ConvOptions> & OptionNames<Conv1dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
};

export interface ConvTransposeOptions {
  stride?: Pair;
  /** What a convolution of this padding would have lost is not produced. */
  padding?: Pair;
  /** Added to one side of the result: which of the inputs that a strided convolution maps to one size is meant. */
  outputPadding?: Pair;
  groups?: number;
  dilation?: Pair;
}

/** @internal The names of `ConvTransposeOptions`. */
export const convTransposeNames: OptionNames<ConvTransposeOptions> = { ...convNames, outputPadding: true };

/**
 * x [N, in, L] with weight [out, in / groups, k] → [N, out, L'].
 *
 * @throws TorchError if channels, groups and weight do not fit, or the kernel is larger than the padded input
 * @example functional.conv1d(x, weight, bias, { padding: 'same' })
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv1dOptions = {},
): Tensor {
  refuseUnknown('conv1d', options, convNames);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const convolve = typeof padding === 'string' ? ops.conv1dPadding : ops.conv1d;
  return convolve(x, weight, bias, stride, padding, dilation, groups);
}

/**
 * x [N, in, H, W] with weight [out, in / groups, kH, kW] → [N, out, H', W'].
 *
 * @throws TorchError if channels, groups and weight do not fit, or the kernel is larger than the padded input
 * @example functional.conv2d(x, weight, null, { stride: 2, padding: 1 })
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  refuseUnknown('conv2d', options, convNames);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  if (x.device === 'meta') return conv2dOnMeta(x, weight, bias, { stride, padding, dilation, groups });
  const convolve = typeof padding === 'string' ? ops.conv2dPadding : ops.conv2d;
  return convolve(x, weight, bias, stride, padding, dilation, groups);
}

/**
 * The gradient of `conv2d` with respect to its input, as an operator of its own: x [N, in, H, W] with weight
 * [in, out / groups, kH, kW] → [N, out, H', W'], H' = (H − 1)·stride − 2·padding + dilation·(kH − 1) + outputPadding + 1.
 *
 * @throws TorchError if channels, groups and weight do not fit, or outputPadding is not below stride or dilation
 * @example functional.conv_transpose2d(x, weight, null, { stride: 2, outputPadding: 1 })
 */
export function conv_transpose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  refuseUnknown('conv_transpose2d', options, convTransposeNames);
  const { stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  return ops.convTranspose2d(x, weight, bias, stride, padding, outputPadding, groups, dilation);
}
