/** Models by name. */
import { unknown } from '../words/unknown.ts';
import type { Classifier } from './anatomy.ts';
import { beits } from './beit.ts';
import { berts } from './bert.ts';
import { convNeXts } from './convnext.ts';
import { cycleMLPs } from './cyclemlp.ts';
import { detectron2FasterRCNNs, torchvisionFasterRCNNs } from './detection/index.ts';
import type { Detector } from './detector.ts';
import { distilberts } from './distilbert.ts';
import { efficientNets } from './efficientnet.ts';
import { efficientNetLiteModels } from './efficientnet-lite.ts';
import { mixers } from './mixer.ts';
import { mobileNets } from './mobilenet.ts';
import { torchvisionMobileNets } from './mobilenet-torchvision.ts';
import { mobileNetsV1 } from './mobilenet-v1.ts';
import type { ModelOptions } from './options.ts';
import { plainCNNs } from './plain-cnn.ts';
import { regNetYs } from './regnet.ts';
import { resmlps } from './resmlp.ts';
import { resnets } from './resnet.ts';
import { bottleneckResnets } from './resnet-bottleneck.ts';
import { imageNetResnets } from './resnet-imagenet.ts';
import { robertas } from './roberta.ts';
import { shuffleNetsV1 } from './shufflenet-v1.ts';
import { shuffleNetsV2 } from './shufflenet-v2.ts';
import { srdDeiTs } from './srd-deit.ts';
import { swins } from './swin.ts';
import type { TextClassifier } from './takes.ts';
import { vggs } from './vgg.ts';
import { selfSupervisedViTs, visionTransformers } from './vit.ts';
import { wideResnets } from './wide-resnet.ts';
import { withoutClassifier } from './without-classifier.ts';

/** Those of texts; all others are of images. */
export const textModels: Readonly<Record<string, (options: ModelOptions) => TextClassifier>> = {
  ...berts,
  ...robertas,
  ...distilberts,
};

/** Those that find objects in images. */
export const detectors: Readonly<Record<string, (options: ModelOptions) => Detector>> = {
  ...torchvisionFasterRCNNs,
  ...detectron2FasterRCNNs,
};

type Models = Readonly<Record<string, (options: ModelOptions) => Classifier>>;

/** Convolutional networks for images of 32 pixels. */
const ofSmallImages: Models = {
  ...resnets,
  ...bottleneckResnets,
  ...wideResnets,
  ...vggs,
  ...mobileNets,
  ...shuffleNetsV1,
  ...shuffleNetsV2,
  ...plainCNNs,
};

/** Convolutional networks for ImageNet, and the same for smaller images. */
export const ofImageNet: Models = {
  ...imageNetResnets,
  ...mobileNetsV1,
  ...torchvisionMobileNets,
  ...efficientNets,
  ...efficientNetLiteModels,
  ...regNetYs,
};

/** Networks that are trained as DeiT: transformers, MLPs and ConvNeXt. */
export const likeDeiT: Models = {
  ...visionTransformers,
  ...mixers,
  ...resmlps,
  ...swins,
  ...convNeXts,
  ...cycleMLPs,
  ...beits,
  ...srdDeiTs,
  ...selfSupervisedViTs,
};

/** Every model that a command line or recipe can name. */
export const models: Models = { ...ofSmallImages, ...ofImageNet, ...likeDeiT, ...textModels, ...detectors };

/** Whether a model can be made for images of another size than its name says. */
const isOfAnySize = (name: string): boolean =>
  Object.hasOwn(visionTransformers, name) || Object.hasOwn(selfSupervisedViTs, name);

/**
 * A model with fresh weights from libtorch's default generator.
 *
 * @throws RangeError with the name that was probably meant; for a detector without its classifier
 * @example createModel('resnet20', { classes: 100 })
 */
export function createModel(name: string, options: ModelOptions): Classifier {
  const create = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!create) throw new RangeError(unknown('model', name, Object.keys(models)));
  // The others are of the size in their names.
  const { imageSize, ...others } = options;
  const given = imageSize === undefined || isOfAnySize(name) ? options : others;
  if (given.classes === 0 && Object.hasOwn(detectors, name))
    throw new RangeError(
      `${name} finds boxes in images, and answers nothing without its classifier (classes: 0): take a network of another kind, as resnet18`,
    );
  // As many numbers as there are before its classifier.
  return given.classes === 0 ? withoutClassifier(create({ ...given, classes: 1 })) : create(given);
}
