/** What the models with names are made for. */
import { beits } from './beit.ts';
import { convNeXts } from './convnext.ts';
import { cycleMLPs } from './cyclemlp.ts';
import { efficientNets } from './efficientnet.ts';
import { efficientNetLiteModels } from './efficientnet-lite.ts';
import { mixers } from './mixer.ts';
import { mobileNets } from './mobilenet.ts';
import { torchvisionMobileNets } from './mobilenet-torchvision.ts';
import { mobileNetsV1 } from './mobilenet-v1.ts';
import { plainCNNs } from './plain-cnn.ts';
import { regNetYs } from './regnet.ts';
import { resmlps } from './resmlp.ts';
import { resnets } from './resnet.ts';
import { bottleneckResnets } from './resnet-bottleneck.ts';
import { imageNetResnets } from './resnet-imagenet.ts';
import { shuffleNetsV1 } from './shufflenet-v1.ts';
import { shuffleNetsV2 } from './shufflenet-v2.ts';
import { srdDeiTs } from './srd-deit.ts';
import { swins } from './swin.ts';
import { vggs } from './vgg.ts';
import { visionTransformers } from './vit.ts';
import { wideResnets } from './wide-resnet.ts';

export interface MadeFor {
  /** Of an image's side. */
  readonly pixels: number;
  /** Whether it is trained as convolutional networks are; transformers, MLPs and ConvNeXt are trained as DeiT. */
  readonly isConvolutional: boolean;
}

const likeDeiT = {
  ...visionTransformers,
  ...mixers,
  ...resmlps,
  ...swins,
  ...convNeXts,
  ...cycleMLPs,
  ...beits,
  ...srdDeiTs,
};
const ofImageNet = {
  ...imageNetResnets,
  ...mobileNetsV1,
  ...torchvisionMobileNets,
  ...efficientNets,
  ...efficientNetLiteModels,
  ...regNetYs,
};
const ofCifar = {
  ...resnets,
  ...bottleneckResnets,
  ...wideResnets,
  ...vggs,
  ...mobileNets,
  ...shuffleNetsV1,
  ...shuffleNetsV2,
  ...plainCNNs,
};

/** Names of models that are not for images of 224 pixels end with the side of theirs. */
const pixelsNamed = (model: string): number => Number(/_(32|64)$/.exec(model)?.[1] ?? 224);

/** EfficientNet-Lite0 to 4. */
const litePixels = [224, 240, 260, 280, 300];

/**
 * The images that a model is made for; null where it is none of the registry, or one of texts.
 *
 * @example madeFor('vit_pico_patch8_64') // { pixels: 64, isConvolutional: false }
 */
export function madeFor(model: string): MadeFor | null {
  if (Object.hasOwn(likeDeiT, model)) return { pixels: pixelsNamed(model), isConvolutional: false };
  if (Object.hasOwn(ofCifar, model)) return { pixels: 32, isConvolutional: true };
  if (!Object.hasOwn(ofImageNet, model)) return null;
  const [, lite] = /lite(\d)$/.exec(model) ?? [];
  return { pixels: litePixels[Number(lite)] ?? pixelsNamed(model), isConvolutional: true };
}
