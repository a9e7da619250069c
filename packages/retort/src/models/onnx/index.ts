/** ONNX files as networks: teachers, and what is judged. */
export type { Layout } from './choose.ts';
export { OnnxError } from './errors.ts';
export { isOnnxFile, type OnnxValue } from './file.ts';
export { inspectOnnx, type OnnxInspection } from './inspect.ts';
export { type LoadedOnnx, type LoadOnnxOptions, loadOnnx } from './load.ts';
export { isOnnx, OnnxNetwork, type OnnxNetworkOptions } from './network.ts';
export { findOnnxRuntime, type OnnxRuntime, setupOnnx } from './runtime.ts';
