/** Tensors from and to files. */
export { loadPth } from './pth.ts';
export { loadSafetensors, type Safetensors, safetensorsMetadata, saveSafetensors } from './safetensors.ts';
export { loadWeights } from './weights.ts';
