/** `config.json` and `preprocessor_config.json` of a model folder, as transformers and transformers.js read them. */
import type { FullRendering } from '../../data/index.ts';
import { exportedWeights, type OfTransformers } from '../../models/index.ts';
import { version } from '../../version.ts';
import type { ExportPrecision } from '../onnx/index.ts';

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
  /** What it is to transformers; null where that has no such network. */
  readonly own: OfTransformers | null;
  /** In which the browser runs it, where nobody says another. */
  readonly browser: ExportPrecision;
}

/** transformers.js' names of precisions. */
export const dtypes: Readonly<Record<ExportPrecision, string>> = { fp32: 'fp32', fp16: 'fp16', int8: 'q8' };

/** @returns config.json */
export function configOf({ name, classes, labels, images, own, browser }: Described) {
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
      model: name,
      ...(own
        ? {}
        : {
            weights: exportedWeights,
            note: `transformers has no ${name}: the model_type is there for transformers.js, which runs onnx/model.onnx whatever it says, and the weights in ${exportedWeights} are loaded by Retort`,
          }),
    },
  };
}

const resamples = { bilinear: 2, bicubic: 3 } as const;

/**
 * @param size  of the images that the network is shown, where the rendering leaves it open
 * @param isNormalised  whether the graph normalises
 * @returns preprocessor_config.json: its processors mean the same by these keys in Python and in JavaScript
 */
export function preprocessorOf(
  { resize, interpolation, mean, std }: FullRendering,
  [channels, height, width]: Described['images'],
  isNormalised: boolean,
) {
  const isGrey = channels === 1;
  return {
    image_processor_type: resize === undefined ? 'ViTImageProcessor' : 'BitImageProcessor',
    do_convert_rgb: !isGrey,
    ...(isGrey ? { do_convert_grayscale: true } : {}),
    do_resize: true,
    size: resize === undefined ? { height, width } : { shortest_edge: resize },
    resample: resamples[interpolation],
    do_center_crop: resize !== undefined,
    ...(resize === undefined ? {} : { crop_size: { height, width } }),
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: !isNormalised,
    image_mean: mean,
    image_std: std,
  };
}
