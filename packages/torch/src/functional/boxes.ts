/** Boxes (x1, y1, x2, y2) beside one another: how much they have in common, and of many that lie over one another the best. */
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { isFloatingPoint } from '../dtype.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkComputable } from './check.ts';

const suppress = op('retort::nms');

export interface NmsOptions {
  /** How many are kept at most. Their numbers then are always so many, −1 where no more were kept, and a score of −∞ is of no box. */
  most?: number;
}

const names: OptionNames<NmsOptions> = { most: true };

/**
 * Non-maximum suppression: boxes [N, 4] with scores [N] → the numbers of those that are kept, int64 [kept], best first. A box goes when a better
 * one, that is kept, covers it by more than `iouThreshold` (intersection over union, strictly more); of two with one score the earlier is better. To the
 * bit as `torchvision.ops.nms`, in the boxes' dtype.
 *
 * With `most` there may be several sets of boxes, [*, N, 4] with scores [*, N] → [*, most], which is what a network computes that is to be exported: its
 * shapes do not depend on boxes.
 *
 * @param boxes  of float32 or float64
 * @throws TorchError for other shapes, a NaN, a threshold that is not from 0 to 1, and another device than the CPU (or meta, with `most`)
 * @example functional.nms(tensor([[0, 0, 10, 10], [1, 1, 10, 10], [20, 0, 30, 10]]), tensor([0.9, 0.8, 0.7]), 0.5) // [0, 2]
 */
export function nms(boxes: Tensor, scores: Tensor, iouThreshold: number, options: NmsOptions = {}): Tensor {
  refuseUnknown('nms', options, names);
  checkComputable('nms', boxes, scores);
  return suppress(boxes, scores, null, iouThreshold, options.most);
}

/**
 * The same, where a box covers those of its own class alone: `classes` is of whole numbers [N] ([*, N] with `most`), or what else keeps boxes apart, such as the
 * level that they are of. As `torchvision.ops.batched_nms`, which moves the boxes of each class to where no other is, and of more than 1000
 * boxes takes each class by itself; which is to the same but for rounding.
 *
 * @throws TorchError as `nms` does
 * @example functional.batched_nms(boxes, scores, classes, 0.5)
 */
export function batched_nms(
  boxes: Tensor,
  scores: Tensor,
  classes: Tensor,
  iouThreshold: number,
  options: NmsOptions = {},
): Tensor {
  refuseUnknown('batched_nms', options, names);
  checkComputable('batched_nms', boxes, scores, classes);
  return suppress(boxes, scores, classes, iouThreshold, options.most);
}

/**
 * Intersection over union of each box of a [*, N, 4] with each of b [*, M, 4] → [*, N, M]; of two without area it is NaN, as in
 * `torchvision.ops.box_iou`. Half precision is computed in float32.
 *
 * @throws TorchError for other shapes, and boxes of whole numbers
 * @example functional.box_iou(proposals, truth).amax([1])
 */
export function box_iou(a: Tensor, b: Tensor): Tensor {
  for (const boxes of [a, b]) {
    if (boxes.dim() < 2 || boxes.size(-1) !== 4)
      throw new TorchError(`box_iou takes boxes [*, N, 4] (x1, y1, x2, y2), got ${boxes.summary()}`);
    if (!isFloatingPoint(boxes.dtype))
      throw new TorchError(`box_iou takes boxes of floating point, got ${boxes.summary()}: convert them`);
  }
  return scope(() => {
    const [one, other] = [a, b].map((boxes) => (boxes.dtype === 'float64' ? boxes : boxes.to('float32'))) as [
      Tensor,
      Tensor,
    ];
    const corner = (boxes: Tensor, first: number): Tensor => boxes.narrow(-1, first, 2);
    const area = (boxes: Tensor): Tensor => {
      const sides = corner(boxes, 2).sub(corner(boxes, 0));
      return sides.select(-1, 0).mul(sides.select(-1, 1));
    };
    const [rows, columns] = [one.unsqueeze(-2), other.unsqueeze(-3)];
    const from = corner(rows, 0).maximum(corner(columns, 0));
    const to = corner(rows, 2).minimum(corner(columns, 2));
    const sides = to.sub(from).clamp({ min: 0 });
    const both = sides.select(-1, 0).mul(sides.select(-1, 1));
    return both.div(area(one).unsqueeze(-1).add(area(other).unsqueeze(-2)).sub(both));
  });
}
