/** Boxes [*, 4] as x1, y1, x2, y2, and the numbers that move one onto another (Girshick et al. 2014, "Rich feature hierarchies", appendix C). */
import { stack, type Tensor } from '@retort/torch';

/** By how much the numbers that move a box are larger: of x, y, width, height. */
export type DeltaWeights = readonly [x: number, y: number, width: number, height: number];

/** Anchors are moved by the numbers as they are. */
export const plainDeltas: DeltaWeights = [1, 1, 1, 1];

/** Widths and heights grow by no more than this factor at once: from 16 pixels to 1,000. */
export const mostGrowth = Math.log(1000 / 16);

/** x1, y1, x2, y2 of boxes [*, 4], each [*]. */
function corners(boxes: Tensor): [x1: Tensor, y1: Tensor, x2: Tensor, y2: Tensor] {
  const [x1, y1, x2, y2] = boxes.unbind(-1);
  if (x1 && y1 && x2 && y2) return [x1, y1, x2, y2];
  throw new RangeError(`boxes are x1, y1, x2, y2, not [${boxes.shape.join(', ')}]`);
}

interface Centred {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly width: Tensor;
  readonly height: Tensor;
}

function centred(boxes: Tensor): Centred {
  const [x1, y1, x2, y2] = corners(boxes);
  const [width, height] = [x2.sub(x1), y2.sub(y1)];
  return { x: x1.add(width.mul(0.5)), y: y1.add(height.mul(0.5)), width, height };
}

/**
 * The numbers that move boxes onto others: (x' - x) / width, (y' - y) / height, log(width' / width), log(height' / height), of centres x, y, each
 * times its weight.
 *
 * @param onto  [*, 4]
 * @param from  [*, 4]
 * @returns [*, 4]
 */
export function deltasOf(onto: Tensor, from: Tensor, [wx, wy, ww, wh]: DeltaWeights): Tensor {
  const [to, own] = [centred(onto), centred(from)];
  return stack(
    [
      to.x.sub(own.x).mul(wx).div(own.width),
      to.y.sub(own.y).mul(wy).div(own.height),
      to.width.div(own.width).log().mul(ww),
      to.height.div(own.height).log().mul(wh),
    ],
    -1,
  );
}

/**
 * Boxes moved by such numbers.
 *
 * @param deltas  [*, 4]
 * @param from  [*, 4], of a shape that broadcasts with theirs
 * @returns [*, 4]
 */
export function moved(deltas: Tensor, from: Tensor, [wx, wy, ww, wh]: DeltaWeights): Tensor {
  const own = centred(from);
  const [dx, dy, dw, dh] = corners(deltas);
  const x = dx.div(wx).mul(own.width).add(own.x);
  const y = dy.div(wy).mul(own.height).add(own.y);
  const halfWidth = dw.div(ww).clamp(null, mostGrowth).exp().mul(own.width).mul(0.5);
  const halfHeight = dh.div(wh).clamp(null, mostGrowth).exp().mul(own.height).mul(0.5);
  return stack([x.sub(halfWidth), y.sub(halfHeight), x.add(halfWidth), y.add(halfHeight)], -1);
}

/** Boxes [*, 4] within an image of so many pixels. */
export function clipped(boxes: Tensor, [height, width]: readonly [height: number, width: number]): Tensor {
  const [x1, y1, x2, y2] = corners(boxes);
  return stack([x1.clamp(0, width), y1.clamp(0, height), x2.clamp(0, width), y2.clamp(0, height)], -1);
}

/** Whether both sides of boxes [*, 4] are at least so long, and of any length at all: bool [*]. */
export function areLong(boxes: Tensor, shortest: number): Tensor {
  const [x1, y1, x2, y2] = corners(boxes);
  const [width, height] = [x2.sub(x1), y2.sub(y1)];
  const areAtLeast = width.ge(shortest).logical_and(height.ge(shortest));
  return areAtLeast.logical_and(width.gt(0)).logical_and(height.gt(0));
}

/** The areas of boxes [*, 4]: [*]. */
export function areas(boxes: Tensor): Tensor {
  const [x1, y1, x2, y2] = corners(boxes);
  return x2.sub(x1).mul(y2.sub(y1));
}
