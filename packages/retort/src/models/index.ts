/** Networks: one file an architecture family. */
export { type Anatomy, anatomyOf, type Classifier } from './anatomy.ts';
export type { ModelOptions } from './options.ts';
export { createModel, models } from './registry.ts';
export { ResNet, type ResNetOptions } from './resnet.ts';
export { VisionTransformer, type VisionTransformerOptions } from './vit.ts';
export { loadModel, parseWeights, type WeightsSpec } from './weights.ts';
