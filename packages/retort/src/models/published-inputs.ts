/** How published weights want their images, where a model has just one set of them, and they cannot say it themselves. */
import type { Rendering } from '../data/index.ts';

/** The classes that they tell apart: ImageNet's. Weights of other classes are somebody's own. */
const classes = 1000;

/** Of (pixel - 127) / 128, as `efficientnet_lite_pytorch` says. */
const efficientNetLite = (size: number): Rendering => ({
  size,
  // Its crop is 0.875 of the shorter side.
  resize: Math.floor(size / 0.875),
  interpolation: 'bicubic',
  mean: [127 / 255, 127 / 255, 127 / 255],
  std: [128 / 255, 128 / 255, 128 / 255],
});

const inputs: Readonly<Record<string, Rendering>> = Object.fromEntries(
  [224, 240, 260, 280, 300].map((size, i) => [`efficientnet_lite${i}`, efficientNetLite(size)]),
);

/**
 * How the published weights of a model want their images; undefined where there are none, several, or where these are others.
 *
 * @param count  how many classes the weights tell apart
 * @example publishedInput('efficientnet_lite0', 1000)?.size // 224
 */
export const publishedInput = (model: string, count: number): Rendering | undefined =>
  count === classes && Object.hasOwn(inputs, model) ? inputs[model] : undefined;
