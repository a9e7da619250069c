/** Where a detector's anchors cover what is there: the places of a level near boxes. */
import { arange, stack, type Tensor } from '@retort/torch';

/** The anchors of a level: at each place one of each shape, of which the first place's have their middle in the image's corner. */
export interface Anchors {
  /** Pixels between two places. */
  readonly stride: number;
  /** Height and width of each shape, in pixels. */
  readonly shapes: readonly (readonly [height: number, width: number])[];
}

/** Shapes of one area. @param side  of the square @param ratios  height / width @example anchorShapes(32, [0.5, 1, 2]) */
export const anchorShapes = (side: number, ratios: readonly number[]): [height: number, width: number][] =>
  ratios.map((ratio) => [side * Math.sqrt(ratio), side / Math.sqrt(ratio)]);

/** How far boxes and anchors overlap along one side, [M, L]. @param sides  [M, 2], where each box begins and ends @param middles  [L] */
function overlap(sides: Tensor, middles: Tensor, length: number): Tensor {
  const ends = sides.narrow(1, 1, 1).minimum(middles.add(length / 2));
  return ends.sub(sides.narrow(1, 0, 1).maximum(middles.sub(length / 2))).clamp(0);
}

/**
 * The intersection over union of each box with the anchors at each place that fits it best, [M, H, W].
 *
 * @param boxes  [M, 4], M ≥ 1: x1, y1, x2, y2 in pixels
 */
export function bestOverlaps(
  boxes: Tensor,
  [height, width]: readonly [height: number, width: number],
  { stride, shapes }: Anchors,
): Tensor {
  const places = (count: number): Tensor =>
    arange(0, count, 1, { dtype: boxes.dtype, device: boxes.device }).mul(stride);
  const [rows, columns] = [places(height), places(width)];
  const along = (of: number): Tensor => boxes.index_select(1, arange(of, 4, 2, { device: boxes.device }));
  const [xs, ys] = [along(0), along(1)];
  const areas = boxes
    .narrow(1, 2, 2)
    .sub(boxes.narrow(1, 0, 2))
    .prod(1)
    .unflatten(0, [-1, 1, 1]);
  const overlaps = shapes.map(([high, wide]) => {
    const inside = overlap(ys, rows, high)
      .unsqueeze(2)
      .mul(overlap(xs, columns, wide).unsqueeze(1));
    return inside.div(areas.add(high * wide).sub(inside));
  });
  return stack(overlaps).amax([0]);
}
