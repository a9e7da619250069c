/** Tensors from and to files. */
export { type FromFileOptions, fromFile } from './from-file.ts';
export type { Unpickled } from './pickled.ts';
export { loadPth } from './pth.ts';
export { loadSafetensors, type Safetensors, safetensorsMetadata, saveSafetensors } from './safetensors.ts';
export { loadWeights } from './weights.ts';
