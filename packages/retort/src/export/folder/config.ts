/** `config.json` and `preprocessor_config.json` of a model folder, as transformers and transformers.js read them. */
import type { FullRendering } from '../../data/index.ts';
import { exportedWeights, type OfTransformers } from '../../models/index.ts';
import { version } from '../../version.ts';
import type { ExportPrecision } from '../onnx/index.ts';
import { placeless } from './places.ts';

/** The weights of one that it has. */
export const weightsOfTransformers = 'model.safetensors';

/**
 * Under which transformers.js runs a graph whose network transformers does not have: what the type stands for is not looked at there, and it must be one
 * that it knows.
 */
export const standInType = 'resnet';

/** What the files of a folder are written of. */
export interface Described {
  /** What the network is called, e.g. `resnet8x4`. */
  readonly name: string;
  readonly classes: number;
  /** In the order of the logits; null where they have numbers alone. */
  readonly labels: readonly string[] | null;
  readonly images: readonly [channels: number, height: number, width: number];
  /** What it is to Python's transformers; null where that does not compute the same of what `preprocessor_config.json` makes. */
  readonly own: OfTransformers | null;
  /** Why that is so, as a sentence without its end; null where it does. */
  readonly absent: string | null;
  /** In which the browser runs it, where nobody says another. */
  readonly browser: ExportPrecision;
}

/** transformers.js' names of precisions. */
export const dtypes: Readonly<Record<ExportPrecision, string>> = { fp32: 'fp32', fp16: 'fp16', int8: 'q8' };

/** @returns config.json */
export function configOf({ name, classes, labels, images, own, absent, browser }: Described) {
  const names = labels ?? Array.from({ length: classes }, (_, i) => `LABEL_${i}`);
  const [channels, height, width] = images;
  return {
    ...(own
      ? { architectures: [own.architecture], model_type: own.modelType, ...own.settings }
      : { model_type: standInType, num_channels: channels }),
    image_size: height === width ? height : [height, width],
    id2label: Object.fromEntries(names.map((label, i) => [i, label])),
    label2id: Object.fromEntries(names.map((label, i) => [label, i])),
    torch_dtype: 'float32',
    'transformers.js_config': { dtype: dtypes[browser] },
    retort: {
      version,
      model: placeless(name),
      ...(absent === null
        ? {}
        : {
            weights: exportedWeights,
            note: `${placeless(absent)}: the model_type is there for transformers.js, which runs onnx/model.onnx whatever it says, and the weights in ${exportedWeights} are loaded by Retort`,
          }),
    },
  };
}

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
  { images: [channels, height, width], absent }: Pick<Described, 'images' | 'absent'>,
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
