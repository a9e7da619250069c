/** libtorch for TypeScript. The names are PyTorch's; operators keep ATen's spelling, the rest is camelCase. */
export * from './autograd/index.ts';
export * from './context.ts';
export * from './create.ts';
export { type Carrier, carriers, type DType, type TypedArray } from './dtype.ts';
export { TorchError } from './errors.ts';
export type { Argument, Complex, Given, Named, Scalar } from './exchange.ts';
export * from './files/index.ts';
export { countMultiplyAdds } from './flop-counter.ts';
export { Frozen, freeze, roundingTolerance } from './freeze/index.ts';
export { fromBytes, tensor } from './from-values.ts';
export * as functional from './functional/index.ts';
export type { RemovableHandle } from './hooks.ts';
export type { Index, Slice } from './indexing.ts';
export * as nn from './nn/index.ts';
export { op, schema } from './operator.ts';
export * as aten from './operators/functions.ts';
export * as optim from './optim/index.ts';
export { type OptionNames, refuseUnknown } from './options.ts';
export {
  autoPrecision,
  hasNativeBf16,
  type MeasuredPrecision,
  type Precision,
  resolvePrecision,
  type Times,
} from './precision/index.ts';
export { Generator, getRngState, manualSeed, setRngState, withGenerator } from './random.ts';
export { keep, scope } from './scope.ts';
export {
  type Conversion,
  type Device,
  type Layout,
  type MemoryFormat,
  type Nested,
  Tensor,
  type TensorOptions,
} from './tensor.ts';
export { type UniqueConsecutiveOptions, type UniqueOptions, unique, unique_consecutive } from './unique.ts';
