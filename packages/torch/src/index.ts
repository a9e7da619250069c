/** libtorch for TypeScript. The names are PyTorch's; operators keep ATen's spelling, the rest is camelCase. */

export * as aten from './aten.ts';
export * from './autograd/index.ts';
export * from './context.ts';
export * from './create.ts';
export type { Device, Layout, MemoryFormat } from './device.ts';
export { TorchError } from './dispatch/errors.ts';
export type { Argument, Complex, Given, Named, Scalar } from './dispatch/exchange.ts';
export { schema } from './dispatch/operator.ts';
export { refuseUnknown } from './dispatch/options.ts';
export { keep, keepBeside, scope } from './dispatch/scope.ts';
export * as distributed from './distributed/index.ts';
export { type Carrier, carriers, type DType, type TypedArray } from './dtype.ts';
export * from './files/index.ts';
export { countMultiplyAdds } from './flop-counter.ts';
export { Frozen, freeze, roundingTolerance } from './freeze/index.ts';
export { fromBytes, tensor } from './from-values.ts';
export * as functional from './functional/index.ts';
export type { RemovableHandle } from './hooks.ts';
export type { Slice } from './indexing.ts';
export {
  areKernelsChosen,
  type Kernel,
  type KernelChoice,
  kernelsFile,
  kernelsInUse,
  useKernels,
} from './kernels/index.ts';
export * as nn from './nn/index.ts';
export { op } from './op.ts';
export * as optim from './optim/index.ts';
export {
  autoPrecision,
  hasNativeBf16,
  type MeasuredPrecision,
  type Precision,
  resolvePrecision,
  type Times,
} from './precision/index.ts';
export { profile, type Spent } from './profile.ts';
export { Generator, getRngState, manualSeed, setRngState, withGenerator } from './random.ts';
export {
  type Conversion,
  type Index,
  Tensor,
  type TensorOptions,
} from './tensor.ts';
export { type UniqueConsecutiveOptions, type UniqueOptions, unique, unique_consecutive } from './unique.ts';
export type { Nested } from './values.ts';
