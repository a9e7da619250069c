/** Networks of transformers: their model folders, here or on the hub. */
export { HuggingFaceError } from './errors.ts';
export { type OfTransformers, ofTransformers } from './express.ts';
export { fetchFolder } from './fetch-folder.ts';
export { exportedWeights, isModelFolder } from './files.ts';
export { type ModelFolder, networkOf, type OpenedFolder, openFolder, readFolder } from './folder.ts';
