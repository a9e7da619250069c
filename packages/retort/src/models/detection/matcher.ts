/** Which object each anchor or proposal is on, by how much they overlap. */
import { aten, functional, type Tensor, zeros } from '@retort/torch';

/** What is known of N anchors or proposals. */
export interface Matched {
  /** Int64 [N]: 1 of one on an object, 0 of one on none, -1 of one between. */
  readonly labels: Tensor;
  /** Int64 [N]: the object that it overlaps most, 0 where there is none. */
  readonly objects: Tensor;
}

/** From which overlap (intersection over union) on one is on an object, and below which on none. */
export interface Thresholds {
  readonly foreground: number;
  readonly background: number;
  /** Whether each object has also those that overlap it most, however little that is. */
  readonly keepsBest: boolean;
}

/**
 * Matches anchors or proposals with objects.
 *
 * @param boxes  [N, 4]
 * @param objects  [M, 4]; of no object nothing is
 */
export function match(
  boxes: Tensor,
  objects: Tensor,
  { foreground, background, keepsBest }: Thresholds,
): Matched {
  const count = boxes.size(0);
  const none = zeros([count], { dtype: 'int64' });
  if (objects.size(0) === 0) return { labels: none, objects: none };
  const overlaps = functional.box_iou(objects, boxes);
  const [most, which] = overlaps.max(0);
  const isOn = most.ge(foreground);
  const areBest = keepsBest ? overlaps.eq(overlaps.amax([1], true)).any(0) : null;
  const isObject = areBest ? isOn.logical_or(areBest) : isOn;
  const between = most.ge(background).to('int64').neg();
  return { labels: aten.where(isObject, none.add(1), between), objects: which };
}
