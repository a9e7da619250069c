/** Layers and what models are made of. */
export { ReLU } from './activation.ts';
export { BatchNorm2d } from './batch-norm.ts';
export { Sequential } from './container.ts';
export { Conv2d } from './conv.ts';
export * as init from './init.ts';
export { Linear } from './linear.ts';
export { Layer, Module, type StateDict } from './module.ts';
export { Buffer, Parameter } from './parameter.ts';
export { Flatten } from './shape.ts';
