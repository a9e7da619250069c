/** How published weights of detectors want their images: seen whole, the shorter side of 800 pixels unless the longer would pass 1333. */
import { namesOfCOCO } from './coco-categories.ts';
import type { DialectName } from './dialects.ts';

/** In the words of a rendering. */
export interface DetectorInput {
  readonly shortest: number;
  readonly longest: number;
  /** Sides of a batch are multiples of it. */
  readonly pad: number;
  readonly dialect: DialectName;
  /** In which order the channels are; the numbers below are in it, too. */
  readonly order: 'rgb' | 'bgr';
  /** Of pixels in [0, 1]. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const sides = { shortest: 800, longest: 1333, pad: 32 } as const;

/** Of pixels from 0 to 255. */
const of255 = (numbers: readonly number[]): number[] => numbers.map((number) => number / 255);

const torchvision: DetectorInput = {
  ...{ ...sides, dialect: 'torchvision', order: 'rgb' },
  ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};

/** MSRA's: the mean alone is subtracted. */
const detectron2: DetectorInput = {
  ...{ ...sides, dialect: 'detectron2', order: 'bgr' },
  ...{ mean: of255([103.53, 116.28, 123.675]), std: of255([1, 1, 1]) },
};

/** mdistiller's student of torchvision's weights: red first, with means and deviations that are blue first. */
const mdistiller: DetectorInput = {
  ...{ ...sides, dialect: 'detectron2', order: 'rgb' },
  ...{ mean: of255([103.53, 116.28, 123.675]), std: of255([57.375, 57.12, 58.395]) },
};

/** How the weights that a dialect's library publishes want their images. @example inputInDialect('detectron2').order // 'bgr' */
export const inputInDialect = (name: DialectName): DetectorInput =>
  name === 'torchvision' ? torchvision : detectron2;

/**
 * How the published weights of a detector want their images; undefined where these tell apart other classes than COCO's.
 *
 * @param classes  how many the weights tell apart, without background
 * @example detectorInput('faster_rcnn_R_50_FPN', 80)?.order // 'bgr'
 */
export function detectorInput(model: string, classes: number): DetectorInput | undefined {
  if (namesOfCOCO(classes) === null) return undefined;
  if (model.startsWith('fasterrcnn_')) return torchvision;
  if (!model.startsWith('faster_rcnn_')) return undefined;
  return /_R_(?:18|34)_/.test(model) ? mdistiller : detectron2;
}
