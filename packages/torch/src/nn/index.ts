/** Layers and what models are made of. */
export {
  ELU,
  GELU,
  GLU,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  type InplaceOptions,
  LeakyReLU,
  LogSoftmax,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './activation.ts';
export {
  MultiheadAttention,
  type MultiheadAttentionForward,
  type MultiheadAttentionOptions,
} from './attention.ts';
export { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from './batch-norm.ts';
export {
  Conv1d,
  type Conv1dLayerOptions,
  Conv2d,
  type Conv2dLayerOptions,
  ConvTranspose2d,
  type ConvTranspose2dLayerOptions,
  type PaddingMode,
} from './conv.ts';
export { Dropout, Dropout2d, DropPath } from './dropout.ts';
export { Embedding } from './embedding.ts';
export { printed } from './format.ts';
export { FrozenBatchNorm2d, type FrozenBatchNorm2dOptions } from './frozen-batch-norm.ts';
export type { ForwardHook, ForwardPreHook } from './hooks.ts';
export { Identity } from './identity.ts';
export * as init from './init.ts';
export { InstanceNorm1d, InstanceNorm2d, type InstanceNormLayerOptions } from './instance-norm.ts';
export { Linear } from './linear.ts';
export { Layer, Module } from './module.ts';
export { ModuleDict } from './module-dict.ts';
export { ModuleList } from './module-list.ts';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  RMSNorm,
  type RMSNormLayerOptions,
} from './norm.ts';
export { ConstantPad2d, type Padding2d, ReflectionPad2d, ReplicationPad2d, ZeroPad2d } from './pad.ts';
export { Buffer, Parameter, type Placement, parametersMadeIn } from './parameter.ts';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from './pooling.ts';
export { PReLU, type PReLUOptions } from './prelu.ts';
export { Sequential } from './sequential.ts';
export { Flatten, Unflatten } from './shape.ts';
export type { LoadResult, StateDict } from './state-dict.ts';
export { SyncBatchNorm } from './sync-batch-norm.ts';
export { type TapOptions, type Tapped, tap } from './tap.ts';
export { Fold, PixelShuffle, PixelUnshuffle, Unfold, Upsample, type UpsampleOptions } from './vision.ts';
