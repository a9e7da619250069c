/** Layers and what models are made of. */
export {
  GELU,
  Hardsigmoid,
  Hardswish,
  type InplaceOptions,
  LeakyReLU,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  Softmax,
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
export { Dropout, DropPath } from './dropout.ts';
export { Embedding } from './embedding.ts';
export type { ForwardHook, ForwardPreHook } from './hooks.ts';
export { Identity } from './identity.ts';
export * as init from './init.ts';
export { Linear } from './linear.ts';
export { Layer, Module } from './module.ts';
export { ModuleDict } from './module-dict.ts';
export { ModuleList } from './module-list.ts';
export { GroupNorm, type GroupNormOptions, LayerNorm, type LayerNormOptions } from './norm.ts';
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
export { Sequential } from './sequential.ts';
export { Flatten, Unflatten } from './shape.ts';
export type { LoadResult, StateDict } from './state-dict.ts';
export { type TapOptions, type Tapped, tap } from './tap.ts';
