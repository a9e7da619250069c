/** What the region proposal network proposes of an image, as `models/detection/proposals` chooses it. */
import { plainDeltas } from '../../../models/detection/boxes.ts';
import type { ProposalSettings } from '../../../models/detection/dialects.ts';
import { areLong, clipped, moved } from './boxes.ts';
import type { Formulas } from './formulas.ts';
import { onlyWhere, suppressed } from './suppression.ts';

/** What it says of a level. */
export interface SaidOfLevel {
  /** [1, A, H, W]. */
  readonly objectness: string;
  /** [1, 4 A, H, W]. */
  readonly deltas: string;
  /** [H W A, 4]. */
  readonly anchors: string;
}

/** Boxes with scores. */
interface Scored {
  readonly boxes: string;
  readonly scores: string;
}

/** The best of a level, without those that overlap better ones. */
function bestOf(
  f: Formulas,
  settings: ProposalSettings,
  { objectness, deltas, anchors }: SaidOfLevel,
  limits: string,
): Scored {
  const logits = f.reshape(f.transpose(objectness, [0, 2, 3, 1]), [-1]);
  const moves = f.reshape(f.transpose(deltas, [0, 2, 3, 1]), [-1, 4]);
  const best = f.best(logits, settings.before.evaluation);
  const own = [moves, anchors].map((rows) => f.gather(rows, best.places));
  const boxes = clipped(f, moved(f, own[0] ?? '', own[1] ?? '', plainDeltas), limits);
  const scores = settings.scores === 'sigmoids' ? f.node('Sigmoid', [best.values]) : best.values;
  const isLong = f.reshape(areLong(f, boxes, settings.shortest), [-1]);
  const kept = suppressed(
    f,
    f.reshape(boxes, [1, -1, 4]),
    f.reshape(onlyWhere(f, isLong, scores), [1, 1, -1]),
    // More of one level are never taken.
    { overlap: settings.overlap, most: settings.after.evaluation, score: null },
  );
  const places = f.reshape(f.slice(kept, 1, 2, 3), [-1]);
  return { boxes: f.gather(boxes, places), scores: f.gather(scores, places) };
}

/**
 * The proposals of an image, best first: [R, 4].
 *
 * @param limits  the image's width, height, width, height: float32 [4]
 */
export function proposed(
  f: Formulas,
  settings: ProposalSettings,
  levels: readonly SaidOfLevel[],
  limits: string,
): string {
  const best = levels.map((level) => bestOf(f, settings, level, limits));
  const [boxes, scores] = [best.map((of) => of.boxes), best.map((of) => of.scores)].map((of) =>
    f.concat(of, 0),
  );
  const { places } = f.best(scores ?? '', settings.after.evaluation);
  return f.gather(boxes ?? '', places);
}
