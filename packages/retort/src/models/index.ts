/** Networks: one file an architecture family. */
export { type Anatomy, anatomyOf, type Classifier } from './anatomy.ts';
export { type InspectedTensor, type Inspection, inspectWeights } from './inspect-weights.ts';
export { Block, type BlockOptions } from './layers/transformer.ts';
export { MlpMixer, type MlpMixerOptions } from './mixer.ts';
export { MobileNetV2, type MobileNetV2Options } from './mobilenet.ts';
export { type NetworkSpec, networkText, parseNetwork, parseWeightsFile, sourceText } from './network.ts';
export {
  findOnnxRuntime,
  inspectOnnx,
  isOnnx,
  isOnnxFile,
  type Layout,
  type LoadedOnnx,
  type LoadOnnxOptions,
  loadOnnx,
  OnnxError,
  type OnnxInspection,
  OnnxNetwork,
  type OnnxNetworkOptions,
  type OnnxRuntime,
  type OnnxValue,
  setupOnnx,
} from './onnx/index.ts';
export type { ModelOptions } from './options.ts';
export type { Outputs } from './outputs.ts';
export { PlainCNN, type PlainCNNOptions } from './plain-cnn.ts';
export { createModel, models } from './registry.ts';
export { ResMLP, type ResMLPOptions } from './resmlp.ts';
export { ResNet, type ResNetOptions } from './resnet.ts';
export { BottleneckResNet, type BottleneckResNetOptions } from './resnet-bottleneck.ts';
export { ShuffleNetV1, type ShuffleNetV1Options } from './shufflenet-v1.ts';
export { ShuffleNetV2, type ShuffleNetV2Options } from './shufflenet-v2.ts';
export { VGG, type VGGOptions } from './vgg.ts';
export { VisionTransformer, type VisionTransformerOptions } from './vit.ts';
export { createNetwork, type LoadedModel, type LoadOptions, loadModel, openFile } from './weights.ts';
export { WideResNet, type WideResNetOptions } from './wide-resnet.ts';
