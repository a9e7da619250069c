/** Tensors from and to files. */

export { Weights } from './found-weights.ts';
export { type FromFileOptions, fromFile } from './from-file.ts';
export { openWeights } from './open-weights.ts';
export { Placeholder, type Unpickled, UnreadTensor } from './pickled.ts';
export type { Match } from './prefixes.ts';
export { loadPth, type ReadOptions } from './pth.ts';
export type { OwnLayout } from './relaid.ts';
export { loadSafetensors, type Safetensors, safetensorsMetadata, saveSafetensors } from './safetensors.ts';
export { entriesOf, type FoundStateDict } from './state-dicts.ts';
export { type LoadWeightsOptions, loadWeights } from './weights.ts';
