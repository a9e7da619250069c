/** `preprocessor_config.json` of a model folder, as transformers and transformers.js read it. */
import type { FullRendering } from '../../data/index.ts';
import type { Described } from './kind.ts';

/** By Pillow's numbers. */
const resamples = { bilinear: 2, bicubic: 3 } as const;

/** The only one by which transformers.js makes images smaller in Node without aliasing. */
const lanczos = 1;

/**
 * Processors mean the same by these keys in Python and in JavaScript, with one exception: JavaScript's make colours of all images unless they are
 * told not to. The graph of a network of one channel takes colours, and Python's of that network an image that is grey: so nothing is told, and the
 * normalisation is one number. The filter is the student's own where Python reads it; else transformers.js alone does, and comes nearer with another.
 *
 * @param isNormalised  whether the graph normalises
 * @returns preprocessor_config.json
 */
export function preprocessorOf(
  { resize, interpolation, mean, std }: FullRendering,
  {
    images: [channels, height, width],
    absent,
  }: Pick<Described, 'absent'> & {
    readonly images: readonly [channels: number, height: number, width: number];
  },
  isNormalised: boolean,
) {
  const isGrey = channels === 1;
  return {
    image_processor_type: resize === undefined || isGrey ? 'ViTImageProcessor' : 'BitImageProcessor',
    ...(isGrey ? {} : { do_convert_rgb: true }),
    do_resize: true,
    size: resize === undefined ? { height, width } : { shortest_edge: resize },
    resample: absent === null ? resamples[interpolation] : lanczos,
    do_center_crop: resize !== undefined,
    ...(resize === undefined ? {} : { crop_size: { height, width } }),
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: !isNormalised,
    image_mean: isGrey ? mean[0] : mean,
    image_std: isGrey ? std[0] : std,
  };
}
