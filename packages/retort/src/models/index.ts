/** Networks: one file an architecture family. */
export { type Anatomy, type Attention, anatomyOf, type Classifier } from './anatomy.ts';
export { Beit, type BeitOptions } from './beit.ts';
export { Bert, type BertOptions } from './bert.ts';
export { blocksOf } from './blocks.ts';
export { NoClassifierError } from './bodies.ts';
export { type ClassMapping, classNumbers, type Mapped, type SelectsClasses } from './classes.ts';
export { ConvNeXt, type ConvNeXtOptions } from './convnext.ts';
export { createNetwork } from './create.ts';
export { CycleMLP, type CycleMLPOptions } from './cyclemlp.ts';
export { type DescribedModule, describeModules } from './describe.ts';
export {
  type AnchorSettings,
  type BackboneName,
  type Counts,
  type DetectionSettings,
  type DetectorInput,
  Detectron2FasterRCNN,
  type Dialect as DialectSettings,
  type DialectName,
  detectorInput,
  detectorOptions,
  dialects,
  FasterRCNN,
  type FasterRCNNOptions,
  type HeadSettings,
  type NormKind,
  normKinds,
  type PoolingSettings,
  type ProposalSettings,
  TorchvisionFasterRCNN,
} from './detection/index.ts';
export {
  type DetectionLosses,
  type Detector,
  isDetector,
  type JudgedProposals,
  type Learned,
  type TakesImagesForBoxes,
  type Truth,
} from './detector.ts';
export { DistilBert, type DistilBertOptions } from './distilbert.ts';
export { EfficientNet, type EfficientNetOptions } from './efficientnet.ts';
export { EfficientNetLite, type EfficientNetLiteOptions } from './efficientnet-lite.ts';
export {
  exportedWeights,
  HuggingFaceError,
  isModelFolder,
  type ModelFolder,
  type OfTransformers,
  type OpenedFolder,
  ofTransformers,
  openFolder,
  readFolder,
} from './hugging-face/index.ts';
export {
  type InspectedFolder,
  type InspectedTensor,
  type Inspection,
  inspectWeights,
} from './inspect-weights.ts';
export type { EncoderOptions } from './layers/bert.ts';
export type { MobileStage } from './layers/inverted-residuals.ts';
export { PatchMerging } from './layers/patches.ts';
export type { ActivationName } from './layers/texts.ts';
export { Block, type BlockOptions } from './layers/transformer.ts';
export { type LoadedModel, type LoadOptions, labelsSaid, loadModel } from './load.ts';
export { type MadeFor, madeFor } from './made-for.ts';
export { MlpMixer, type MlpMixerOptions } from './mixer.ts';
export { MobileNetV2, type MobileNetV2Options } from './mobilenet.ts';
export { TorchvisionMobileNetV2, type TorchvisionMobileNetV2Options } from './mobilenet-torchvision.ts';
export { MobileNetV1 } from './mobilenet-v1.ts';
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
  type OnnxInput,
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
export { publishedInput, standardInput } from './published-inputs.ts';
export { createModel, detectors, models, textModels } from './registry.ts';
export { RegNetY, type RegNetYOptions } from './regnet.ts';
export { ResMLP, type ResMLPOptions } from './resmlp.ts';
export { ResNet, type ResNetOptions } from './resnet.ts';
export { BottleneckResNet, type BottleneckResNetOptions } from './resnet-bottleneck.ts';
export { ImageNetResNet, type ImageNetResNetOptions } from './resnet-imagenet.ts';
export { Roberta, type RobertaOptions } from './roberta.ts';
export { type Said, saidOf } from './said-by-file.ts';
export { ShuffleNetV1, type ShuffleNetV1Options } from './shufflenet-v1.ts';
export { ShuffleNetV2, type ShuffleNetV2Options } from './shufflenet-v2.ts';
export { SrdDeiT, type SrdDeiTOptions } from './srd-deit.ts';
export { type SwinOptions, SwinTransformer } from './swin.ts';
export {
  isTextClassifier,
  type Takes,
  type TakesImages,
  type TakesTexts,
  type TextClassifier,
} from './takes.ts';
export { metricsSaid, taskSaid } from './task-said.ts';
export { VGG, type VGGOptions } from './vgg.ts';
export { VisionTransformer, type VisionTransformerOptions } from './vit.ts';
export { modelFolder, openFile, weightsIn, weightsMetadata } from './weights.ts';
export { WideResNet, type WideResNetOptions } from './wide-resnet.ts';
