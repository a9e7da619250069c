/** Detections: proposals that are told apart and moved, without those that overlap better ones of their class. */
import { cat, functional, type Tensor } from '@retort/torch';
import { areLong, clipped, type DeltaWeights, moved } from './boxes.ts';
import type { DetectionSettings } from './dialects.ts';
import { padded } from './padded.ts';
import { areFinite, type Size } from './proposals.ts';
import { placesOf } from './sampler.ts';

interface How {
  readonly settings: DetectionSettings;
  readonly weights: DeltaWeights;
}

/**
 * The detections of an image.
 *
 * @param proposals  [R, 4]
 * @param logits  [R, K + 1], background last
 * @param deltas  [R, 4 K]
 * @returns [D, 6]: x1, y1, x2, y2, score, class; best first, and rows of the class -1 behind them
 */
export function detect(
  { settings: { score, overlap, most, shortest }, weights }: How,
  proposals: Tensor,
  logits: Tensor,
  deltas: Tensor,
  size: Size,
): Tensor {
  const [count = 0, rows = 1] = logits.shape;
  const classes = rows - 1;
  const moves = deltas.reshape([count, classes, 4]);
  const boxes = clipped(moved(moves, proposals.unsqueeze(1), weights), size).reshape([-1, 4]);
  const scores = logits.softmax(-1).slice(1, 0, classes).reshape([-1]);
  const isAbove = scores.gt(score).logical_and(areFinite(boxes, scores));
  const places = placesOf(shortest === 0 ? isAbove : isAbove.logical_and(areLong(boxes, shortest)));
  const [some, someScores] = [boxes.index_select(0, places), scores.index_select(0, places)];
  const someClasses = places.remainder(classes);
  const left = functional.batched_nms(some, someScores, someClasses, overlap).slice(0, 0, most);
  const found = cat(
    [
      some.index_select(0, left),
      someScores.index_select(0, left).unsqueeze(1),
      someClasses.index_select(0, left).unsqueeze(1).to(some.dtype),
    ],
    1,
  );
  const none = padded(found.slice(1, 0, 5), most, 0);
  return cat([none, padded(found.slice(1, 5, 6), most, -1)], 1);
}
