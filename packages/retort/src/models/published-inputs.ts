/** How published weights want their images, where a model has just one set of them, and they cannot say it themselves. */
import { normalisations, type Rendering } from '../data/index.ts';
import { detectorInput } from './detection/index.ts';
import { efficientNetLiteModels } from './efficientnet-lite.ts';
import { madeFor } from './made-for.ts';

/** The classes that they tell apart: ImageNet's. Weights of other classes are somebody's own. */
const classes = 1000;

/** A crop of 0.875 of the shorter side, as torchvision and timm judge most of theirs; of small images all of it. */
const croppedFrom = (pixels: number): number => (pixels > 64 ? Math.floor(pixels / 0.875) : pixels);

/**
 * The middle of an image in so many pixels, where nothing says how a network wants photographs.
 *
 * @example standardInput(224) // { size: 224, resize: 256 }
 */
export const standardInput = (pixels: number): Rendering => ({ size: pixels, resize: croppedFrom(pixels) });

/** Of (pixel - 127) / 128, as `efficientnet_lite_pytorch` says. */
const efficientNetLite = (pixels: number): Rendering => ({
  ...standardInput(pixels),
  interpolation: 'bicubic',
  mean: [127 / 255, 127 / 255, 127 / 255],
  std: [128 / 255, 128 / 255, 128 / 255],
});

/** BEiT v2, by the share of the shorter side that timm crops: its weights of 1,000 classes agree, those with and without ImageNet-22k between. */
const beitCrops: Readonly<Record<string, number>> = {
  beitv2_base_patch16_224: 0.9,
  beitv2_large_patch16_224: 0.95,
};

/** Swin, of which timm crops nine tenths: those with and without ImageNet-22k before agree. */
const swinCrops = Object.fromEntries(
  ['tiny', 'small', 'base'].map((size) => [`swin_${size}_patch4_window7_224`, 0.9]),
);

/** CycleMLP, as its authors' `main.py --eval` judges all of them: 224 of 256 pixels. */
const cycleMLPCrops = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`CycleMLP_B${i}`, 0.875]));

const bicubicCrops: Readonly<Record<string, number>> = { ...beitCrops, ...swinCrops, ...cycleMLPCrops };

/**
 * How the published weights of a model want their images; undefined where there are none, several, or where these are others.
 *
 * @param count  how many classes the weights tell apart
 * @example publishedInput('efficientnet_lite0', 1000)?.size // 224
 * @example publishedInput('faster_rcnn_R_50_FPN', 80)?.order // 'bgr'
 */
export function publishedInput(model: string, count: number): Rendering | undefined {
  const whole = detectorInput(model, count);
  if (whole) return whole;
  const { pixels } = madeFor(model) ?? {};
  if (count !== classes || pixels === undefined) return undefined;
  const crop = bicubicCrops[model];
  if (crop !== undefined)
    return {
      ...{ size: pixels, resize: Math.floor(pixels / crop), interpolation: 'bicubic' },
      ...normalisations.imagenet,
    };
  return Object.hasOwn(efficientNetLiteModels, model) ? efficientNetLite(pixels) : undefined;
}
