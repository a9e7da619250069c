/** The names of all options of `functional`, for these functions to refuse others, and for the layers that take the same. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import type { GeluApproximation, SoftmaxOptions } from './activation.ts';
import type { AttentionOptions } from './attention.ts';
import type { BinaryCrossEntropyOptions, CrossEntropyOptions, NllOptions } from './classification-loss.ts';
import type { Conv1dOptions, ConvOptions, ConvTransposeOptions } from './conv.ts';
import type { KLOptions } from './divergence.ts';
import type { GridSampleOptions } from './grid.ts';
import type { BatchNormOptions, InstanceNormOptions, NormOptions, RMSNormOptions } from './normalization.ts';
import type { PadOptions } from './pad.ts';
import type { AvgPoolOptions, MaxPoolOptions } from './pooling.ts';
import type { ReductionOptions } from './reduction.ts';
import type { InterpolateOptions, UnfoldOptions } from './vision.ts';

const reduction: OptionNames<ReductionOptions> = { reduction: true };
const nll: OptionNames<NllOptions> = { ...reduction, weight: true, ignoreIndex: true };
const crossEntropy: OptionNames<CrossEntropyOptions> = { ...nll, labelSmoothing: true };
const bce: OptionNames<BinaryCrossEntropyOptions> = { ...reduction, weight: true };
const conv: OptionNames<ConvOptions> & OptionNames<Conv1dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
};
const convTranspose: OptionNames<ConvTransposeOptions> = { ...conv, outputPadding: true };
const norm: OptionNames<NormOptions> = { weight: true, bias: true, eps: true };
const batchNorm: OptionNames<BatchNormOptions> = {
  ...norm,
  runningMean: true,
  runningVar: true,
  training: true,
  momentum: true,
};
const instanceNorm: OptionNames<InstanceNormOptions> = {
  ...norm,
  runningMean: true,
  runningVar: true,
  useInputStats: true,
  momentum: true,
};
const rmsNorm: OptionNames<RMSNormOptions> = { weight: true, eps: true };
const softmax: OptionNames<SoftmaxOptions> = { dtype: true };
const gridSample: OptionNames<GridSampleOptions> = { mode: true, paddingMode: true, alignCorners: true };
const maxPool: OptionNames<MaxPoolOptions> = { stride: true, padding: true, dilation: true, ceilMode: true };
const avgPool: OptionNames<AvgPoolOptions> = {
  stride: true,
  padding: true,
  ceilMode: true,
  countIncludePad: true,
};
const unfold: OptionNames<UnfoldOptions> = { dilation: true, padding: true, stride: true };
const attention: OptionNames<AttentionOptions> = {
  attnMask: true,
  dropoutP: true,
  isCausal: true,
  scale: true,
  enableGqa: true,
};
const kl: OptionNames<KLOptions> = { reduction: true, logTarget: true };
const interpolate: OptionNames<InterpolateOptions> = {
  size: true,
  scaleFactor: true,
  mode: true,
  alignCorners: true,
  antialias: true,
};
const pad: OptionNames<PadOptions> = { mode: true, value: true };
const gelu: OptionNames<{ approximate?: GeluApproximation }> = { approximate: true };

/** By the names of the functions. */
export const optionNames = {
  affine_grid: { alignCorners: true },
  avg_pool1d: avgPool,
  avg_pool2d: avgPool,
  batch_norm: batchNorm,
  binary_cross_entropy: bce,
  binary_cross_entropy_with_logits: { ...bce, posWeight: true },
  conv1d: conv,
  conv2d: conv,
  conv_transpose2d: convTranspose,
  cosine_embedding_loss: { ...reduction, margin: true },
  cosine_similarity: { dim: true, eps: true },
  cross_entropy: crossEntropy,
  drop_path: { training: true, scaleByKeep: true },
  dropout: { training: true },
  dropout2d: { training: true },
  embedding: { paddingIdx: true },
  fold: unfold,
  gelu,
  grid_sample: gridSample,
  group_norm: norm,
  huber_loss: { ...reduction, delta: true },
  instance_norm: instanceNorm,
  interpolate,
  kl_div: kl,
  l1_loss: reduction,
  layer_norm: norm,
  log_softmax: softmax,
  max_pool1d: maxPool,
  max_pool2d: maxPool,
  mse_loss: reduction,
  nll_loss: nll,
  normalize: { p: true, dim: true, eps: true },
  pad,
  rms_norm: rmsNorm,
  scaled_dot_product_attention: attention,
  smooth_l1_loss: { ...reduction, beta: true },
  softmax,
  unfold,
} as const;

/** @throws TorchError for an option that the function does not have */
export function checkOptions(what: keyof typeof optionNames, options: object): void {
  refuseUnknown(what, options, optionNames[what]);
}
