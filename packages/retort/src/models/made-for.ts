/** What the models with names are made for. */
import { beits } from './beit.ts';
import { efficientNets } from './efficientnet.ts';
import { efficientNetLiteModels } from './efficientnet-lite.ts';
import { mixers } from './mixer.ts';
import { torchvisionMobileNets } from './mobilenet-torchvision.ts';
import { models, textModels } from './registry.ts';
import { resmlps } from './resmlp.ts';
import { imageNetResnets } from './resnet-imagenet.ts';
import { srdDeiTs } from './srd-deit.ts';
import { visionTransformers } from './vit.ts';

export interface MadeFor {
  /** Of an image's side. */
  readonly pixels: number;
  /** Whether convolutions see them, and not patches by themselves, as transformers and MLPs do. */
  readonly isConvolutional: boolean;
}

const ofPatches = { ...visionTransformers, ...mixers, ...resmlps, ...beits, ...srdDeiTs };
const ofImageNet = {
  ...imageNetResnets,
  ...torchvisionMobileNets,
  ...efficientNets,
  ...efficientNetLiteModels,
};

/** EfficientNet-Lite0 to 4. */
const litePixels = [224, 240, 260, 280, 300];

/**
 * The images that a model is made for; null where it is none of the registry, or one of texts.
 *
 * @example madeFor('vit_pico_patch8_64') // { pixels: 64, isConvolutional: false }
 */
export function madeFor(model: string): MadeFor | null {
  if (!Object.hasOwn(models, model) || Object.hasOwn(textModels, model)) return null;
  if (Object.hasOwn(ofPatches, model))
    return { pixels: Number(model.split('_').at(-1)), isConvolutional: false };
  if (!Object.hasOwn(ofImageNet, model)) return { pixels: 32, isConvolutional: true };
  const [, lite] = /lite(\d)$/.exec(model) ?? [];
  return { pixels: litePixels[Number(lite)] ?? 224, isConvolutional: true };
}
