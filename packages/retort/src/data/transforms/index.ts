/** Transforms by name. */
import { autoAugmentDefinition } from './auto-augment.ts';
import { centerCropDefinition } from './center-crop.ts';
import { colorJitterDefinition } from './color-jitter.ts';
import { cropFlipDefinition } from './crop-flip.ts';
import { flipDefinition } from './flip.ts';
import { gaussianBlurDefinition } from './gaussian-blur.ts';
import { greyscaleDefinition } from './greyscale.ts';
import { randAugmentDefinition } from './rand-augment.ts';
import { randomCropDefinition } from './random-crop.ts';
import { randomErasingDefinition } from './random-erasing.ts';
import { randomIouCropDefinition } from './random-iou-crop.ts';
import { randomResizedCropDefinition } from './random-resized-crop.ts';
import { resizeDefinition } from './resize.ts';
import { resizeShortestDefinition } from './resize-shortest.ts';
import { scaleJitterDefinition } from './scale-jitter.ts';
import { threeAugmentDefinition } from './three-augment.ts';
import type { TransformDefinition } from './transform.ts';

export { autoAugment } from './auto-augment.ts';
export { centerCrop } from './center-crop.ts';
export { colorJitter } from './color-jitter.ts';
export { cropFlip } from './crop-flip.ts';
export { flip } from './flip.ts';
export { gaussianBlur } from './gaussian-blur.ts';
export { greyscale } from './greyscale.ts';
export { randAugment } from './rand-augment.ts';
export { randomCrop } from './random-crop.ts';
export { randomErasing } from './random-erasing.ts';
export { randomIouCrop } from './random-iou-crop.ts';
export { boxIn, type DrawnCrop, randomResizedCrop } from './random-resized-crop.ts';
export { resize } from './resize.ts';
export { resizeShortest } from './resize-shortest.ts';
export { scaleJitter } from './scale-jitter.ts';
export type { Box } from './size.ts';
export { threeAugment } from './three-augment.ts';
export type { Random, Transform, TransformDefinition } from './transform.ts';

/** Every transform that a recipe can name. */
export const transforms: Readonly<Record<string, TransformDefinition>> = {
  'crop-flip': cropFlipDefinition,
  'random-resized-crop': randomResizedCropDefinition,
  flip: flipDefinition,
  'color-jitter': colorJitterDefinition,
  greyscale: greyscaleDefinition,
  'gaussian-blur': gaussianBlurDefinition,
  'rand-augment': randAugmentDefinition,
  'auto-augment': autoAugmentDefinition,
  'three-augment': threeAugmentDefinition,
  'random-erasing': randomErasingDefinition,
  resize: resizeDefinition,
  'center-crop': centerCropDefinition,
  'resize-shortest': resizeShortestDefinition,
  'scale-jitter': scaleJitterDefinition,
  'random-crop': randomCropDefinition,
  'random-iou-crop': randomIouCropDefinition,
};
