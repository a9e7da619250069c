/** How published weights want their images, where a model has just one set of them, and they cannot say it themselves. */
import type { Rendering } from '../data/index.ts';
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

/**
 * How the published weights of a model want their images; undefined where there are none, several, or where these are others.
 *
 * @param count  how many classes the weights tell apart
 * @example publishedInput('efficientnet_lite0', 1000)?.size // 224
 */
export function publishedInput(model: string, count: number): Rendering | undefined {
  if (count !== classes || !Object.hasOwn(efficientNetLiteModels, model)) return undefined;
  const { pixels } = madeFor(model) ?? {};
  return pixels === undefined ? undefined : efficientNetLite(pixels);
}
