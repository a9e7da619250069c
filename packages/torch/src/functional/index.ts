/** torch.nn.functional: what layers compute, and losses. Names, shapes and defaults are PyTorch's; keywords are options. */
export {
  elu,
  type GeluApproximation,
  gelu,
  glu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leaky_relu,
  log_softmax,
  mish,
  prelu,
  relu,
  relu6,
  type SoftmaxOptions,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './activation.ts';
export { type AttentionOptions, scaled_dot_product_attention } from './attention.ts';
export { batched_nms, box_iou, type NmsOptions, nms } from './boxes.ts';
export {
  type BinaryCrossEntropyOptions,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  type CrossEntropyOptions,
  cross_entropy,
  type NllOptions,
  nll_loss,
} from './classification-loss.ts';
export {
  type Conv1dOptions,
  type ConvOptions,
  type ConvTransposeOptions,
  conv_transpose2d,
  conv1d,
  conv2d,
  type NamedPadding,
} from './conv.ts';
export { type KLOptions, kl_div } from './divergence.ts';
export { drop_path, dropout, dropout2d } from './dropout.ts';
export { embedding, one_hot } from './embedding.ts';
export { affine_grid, type GridSampleOptions, grid_sample } from './grid.ts';
export { linear } from './linear.ts';
export {
  type BatchNormOptions,
  batch_norm,
  group_norm,
  type InstanceNormOptions,
  instance_norm,
  layer_norm,
  type NormOptions,
  type RMSNormOptions,
  rms_norm,
} from './normalization.ts';
export { type PadOptions, pad } from './pad.ts';
export {
  type AdaptiveSize,
  type AvgPoolOptions,
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  adaptive_max_pool2d,
  avg_pool1d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool1d,
  max_pool2d,
} from './pooling.ts';
export type { Reduction, ReductionOptions } from './reduction.ts';
export { huber_loss, l1_loss, mse_loss, smooth_l1_loss } from './regression-loss.ts';
export { type RoiAlignOptions, roi_align } from './roi-align.ts';
export { cosine_embedding_loss, cosine_similarity, normalize } from './similarity.ts';
export type { Pair } from './size.ts';
export {
  fold,
  type InterpolateOptions,
  type InterpolationMode,
  interpolate,
  pixel_shuffle,
  pixel_unshuffle,
  type UnfoldOptions,
  unfold,
} from './vision.ts';
