/** ONNX files as networks: teachers, and what is judged. */
export { compareBeside } from './beside.ts';
export type { Layout, OnnxInput } from './choose.ts';
export { OnnxError } from './errors.ts';
export { isOnnxFile, type OnnxValue, saidByRetort } from './file.ts';
export { inspectOnnx, type OnnxInspection } from './inspect.ts';
export { type LoadedOnnx, type LoadOnnxOptions, loadOnnx } from './load.ts';
export type { PassedTensor } from './messages.ts';
export { isOnnx, OnnxNetwork, type OnnxNetworkOptions } from './network.ts';
export { findOnnxRuntime, needOnnxRuntime, type OnnxRuntime, setupOnnx } from './runtime.ts';
export { OnnxSession } from './session.ts';
