/** Pooling: windows of an image or sequence to one value each. The batch dimension N may be missing. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Pair } from './size.ts';

const ops = {
  maxPool1d: op('aten::max_pool1d'),
  maxPool2d: op('aten::max_pool2d'),
  avgPool1d: op('aten::avg_pool1d'),
  avgPool2d: op('aten::avg_pool2d'),
  adaptiveAvgPool1d: op('aten::adaptive_avg_pool1d'),
  adaptiveAvgPool2d: op('aten::adaptive_avg_pool2d'),
  adaptiveMaxPool2d: op<[values: Tensor, indices: Tensor]>('aten::adaptive_max_pool2d'),
};

interface Windows<Size> {
  /** The window's size where it is left out. */
  stride?: Size;
  padding?: Size;
  /** A last window that begins inside but ends outside counts too. */
  ceilMode?: boolean;
}

export interface MaxPoolOptions<Size = Pair> extends Windows<Size> {
  dilation?: Size;
}

/** @internal The names of `MaxPoolOptions`. */
export const maxPoolNames: OptionNames<MaxPoolOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  ceilMode: true,
};

export interface AvgPoolOptions<Size = Pair> extends Windows<Size> {
  /** Whether padding counts as zeros in the mean; true in PyTorch. */
  countIncludePad?: boolean;
}

/** @internal The names of `AvgPoolOptions`. */
export const avgPoolNames: OptionNames<AvgPoolOptions> = {
  stride: true,
  padding: true,
  ceilMode: true,
  countIncludePad: true,
};

/** A size to reach; null keeps that of the input. */
export type AdaptiveSize = number | null | readonly [height: number | null, width: number | null];

/** The largest of each window: x [N, C, L] → [N, C, L']. @example functional.max_pool1d(x, 2) */
export function max_pool1d(x: Tensor, kernelSize: number, options: MaxPoolOptions<number> = {}): Tensor {
  refuseUnknown('max_pool1d', options, maxPoolNames);
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  return ops.maxPool1d(x, kernelSize, stride, padding, dilation, ceilMode);
}

/**
 * The largest of each window: x [N, C, H, W] → [N, C, H', W'].
 *
 * @throws TorchError if the padding is over half the window, or nothing would be left
 * @example functional.max_pool2d(x, 3, { stride: 2, padding: 1 })
 */
export function max_pool2d(x: Tensor, kernelSize: Pair, options: MaxPoolOptions = {}): Tensor {
  refuseUnknown('max_pool2d', options, maxPoolNames);
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  return ops.maxPool2d(x, kernelSize, stride, padding, dilation, ceilMode);
}

/** The mean of each window: x [N, C, L] → [N, C, L']. @example functional.avg_pool1d(x, 2) */
export function avg_pool1d(x: Tensor, kernelSize: number, options: AvgPoolOptions<number> = {}): Tensor {
  refuseUnknown('avg_pool1d', options, avgPoolNames);
  const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
  return ops.avgPool1d(x, kernelSize, stride, padding, ceilMode, countIncludePad);
}

/**
 * The mean of each window: x [N, C, H, W] → [N, C, H', W'].
 *
 * @throws TorchError if the padding is over half the window, or nothing would be left
 * @example functional.avg_pool2d(x, 2)
 */
export function avg_pool2d(x: Tensor, kernelSize: Pair, options: AvgPoolOptions = {}): Tensor {
  refuseUnknown('avg_pool2d', options, avgPoolNames);
  const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
  return ops.avgPool2d(x, kernelSize, stride, padding, ceilMode, countIncludePad);
}

function reached(x: Tensor, outputSize: AdaptiveSize): Pair {
  if (typeof outputSize === 'number') return outputSize;
  const [height, width] = outputSize ?? [null, null];
  return [height ?? x.size(-2), width ?? x.size(-1)];
}

/** x [N, C, L] averaged to [N, C, outputSize]. @example functional.adaptive_avg_pool1d(x, 1) */
export function adaptive_avg_pool1d(x: Tensor, outputSize: number): Tensor {
  return ops.adaptiveAvgPool1d(x, outputSize);
}

/** x [N, C, H, W] averaged to [N, C, outputSize]. @example functional.adaptive_avg_pool2d(x, 1).flatten(1) */
export function adaptive_avg_pool2d(x: Tensor, outputSize: AdaptiveSize): Tensor {
  return ops.adaptiveAvgPool2d(x, reached(x, outputSize));
}

/** The largest of each cell: x [N, C, H, W] → [N, C, outputSize]. @example functional.adaptive_max_pool2d(x, [7, null]) */
export function adaptive_max_pool2d(x: Tensor, outputSize: AdaptiveSize): Tensor {
  const [values, indices] = ops.adaptiveMaxPool2d(x, reached(x, outputSize));
  indices.dispose();
  return values;
}
