/** What the models with names are made for. */
import { detectors, likeDeiT, models, ofImageNet, textModels } from './registry.ts';

export interface MadeFor {
  /** Of an image's side. */
  readonly pixels: number;
  /** Whether it is trained as convolutional networks are; transformers, MLPs and ConvNeXt are trained as DeiT. */
  readonly isConvolutional: boolean;
}

/** Names of models that are not for images of 224 pixels end with the side of theirs, but for DINOv2's, which are for 518. */
const pixelsNamed = (model: string): number =>
  model.endsWith('_dinov2') ? 518 : Number(/_(32|64)$/.exec(model)?.[1] ?? 224);

/** EfficientNet-Lite0 to 4. */
const litePixels = [224, 240, 260, 280, 300];

/**
 * The images that a model is made for; null where it is none of the registry, one of texts, or one that finds
 * objects in images of any size.
 *
 * @example madeFor('vit_pico_patch8_64') // { pixels: 64, isConvolutional: false }
 */
export function madeFor(model: string): MadeFor | null {
  if (!Object.hasOwn(models, model)) return null;
  if (Object.hasOwn(textModels, model) || Object.hasOwn(detectors, model)) return null;
  if (Object.hasOwn(likeDeiT, model)) return { pixels: pixelsNamed(model), isConvolutional: false };
  if (!Object.hasOwn(ofImageNet, model)) return { pixels: 32, isConvolutional: true };
  const [, lite] = /lite(\d)$/.exec(model) ?? [];
  return { pixels: litePixels[Number(lite)] ?? pixelsNamed(model), isConvolutional: true };
}
