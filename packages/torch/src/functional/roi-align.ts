/** What a map has at the places of boxes. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkComputable } from './check.ts';
import type { Pair } from './size.ts';

const roiAlign = op('retort::roi_align');

export interface RoiAlignOptions {
  /** Bins down and across a box: the height and width of what is made of it. */
  outputSize: Pair;
  /** Pixels of the map a pixel of the boxes, such as 1/4 for a map of stride 4; 1 where it is left out. */
  spatialScale?: number;
  /** Samples along each side of a bin, whose mean is taken; by each box's own size, one a pixel of the map, where it is 0, negative or left out. */
  samplingRatio?: number;
  /** Whether a pixel's value is that of its centre, half a pixel from its corner (detectron2's); else of its corner, and boxes are at least a pixel large (torchvision's default). */
  aligned?: boolean;
}

const names: OptionNames<RoiAlignOptions> = {
  outputSize: true,
  spatialScale: true,
  samplingRatio: true,
  aligned: true,
};

/**
 * Boxes [K, 5] (the number of the image, x1, y1, x2, y2) of features [N, C, H, W] → [K, C, …outputSize]: each box is cut into bins, and a bin is
 * the mean of samples between pixels; those that lie more than a pixel outside of the map are 0 (He et al. 2017, Mask R-CNN, 3). It has the
 * features' dtype, and their memory format; half precision is computed in float32. Features have a gradient, of first order alone and to the same bits for any number of threads; boxes have none.
 *
 * @param boxes  of float32 or float64, in pixels of the image; without any there is a result without any, and a gradient of zeros
 * @throws TorchError for other shapes, a box of no image or with a number that is not finite, a map without pixels, and another device than
 *   the CPU (or meta)
 * @example functional.roi_align(p2, tensor([[0, 8, 8, 40, 24]]), { outputSize: 7, spatialScale: 1 / 4, samplingRatio: 2 })
 */
export function roi_align(features: Tensor, boxes: Tensor, options: RoiAlignOptions): Tensor {
  refuseUnknown('roi_align', options, names);
  const { outputSize, spatialScale = 1, samplingRatio = -1, aligned = false } = options;
  checkComputable('roi_align', features, boxes);
  return roiAlign(features, boxes, outputSize, spatialScale, samplingRatio, aligned);
}
