/** Detections: proposals told apart and moved, as `models/detection/detections` chooses them. */
import type { DeltaWeights } from '../../../models/detection/boxes.ts';
import type { DetectionSettings } from '../../../models/detection/dialects.ts';
import { int } from '../graph.ts';
import { areLong, clipped, moved } from './boxes.ts';
import type { Formulas } from './formulas.ts';
import { onlyWhere, suppressed } from './suppression.ts';

/** What is known of the last layers. */
interface Heads {
  readonly classes: number;
  readonly weights: DeltaWeights;
  /** Whether background is the first row, and not the last. */
  readonly isBackgroundFirst: boolean;
}

/** What comes out of a file. */
export interface Found {
  /** [D, 4]. */
  readonly boxes: string;
  /** [D], best first. */
  readonly scores: string;
  /** Int64 [D]. */
  readonly classes: string;
}

/**
 * @param proposals  [R, 4]
 * @param logits  [R, K + 1]
 * @param deltas  [R, 4 K], or with background [R, 4 (K + 1)]
 * @param limits  the image's width, height, width, height: float32 [4]
 */
export function detected(
  f: Formulas,
  { score, overlap, most, shortest }: DetectionSettings,
  { classes, weights, isBackgroundFirst }: Heads,
  {
    proposals,
    logits,
    deltas,
  }: { readonly proposals: string; readonly logits: string; readonly deltas: string },
  limits: string,
): Found {
  const first = isBackgroundFirst ? 1 : 0;
  const shares = f.node('Softmax', [logits], { axis: int(-1) });
  const scores = f.transpose(f.slice(shares, 1, first, first + classes), [1, 0]);
  const own = isBackgroundFirst ? f.slice(deltas, 1, 4, 4 * (classes + 1)) : deltas;
  const moves = f.reshape(own, [-1, classes, 4]);
  const from = f.reshape(proposals, [-1, 1, 4]);
  const boxes = f.transpose(clipped(f, moved(f, moves, from, weights), limits), [1, 0, 2]);
  const isLong =
    shortest === 0 ? null : f.node('Squeeze', [areLong(f, boxes, shortest), f.whole([-1])], {}, 'bool');
  const ofLong = isLong === null ? scores : onlyWhere(f, isLong, scores);
  const kept = suppressed(f, boxes, f.node('Unsqueeze', [ofLong, f.whole([1])]), { score, overlap, most });
  const places = f.gather(kept, f.whole([0, 2]), 1);
  const [keptBoxes, keptScores] = [boxes, scores].map((of) => f.node('GatherND', [of, places]));
  const best = f.best(keptScores ?? '', most);
  return {
    boxes: f.gather(keptBoxes ?? '', best.places),
    scores: best.values,
    classes: f.reshape(f.gather(f.slice(kept, 1, 0, 1), best.places), [-1]),
  };
}
