/** Of boxes that lie over one another the best: ONNX's NonMaxSuppression, which drops those that overlap by strictly more, as PyTorch's do. */
import type { Formulas } from './formulas.ts';

/** The score of what is no box; others are above `barely`. */
const none = -3e38;
const barely = -1e38;

export interface Suppression {
  /** Of two that overlap by more, the worse one is dropped. */
  readonly overlap: number;
  /** So many are kept of each set at most. */
  readonly most: number;
  /** Scores are above; any where it is null. */
  readonly score: number | null;
}

/** Scores, and of those of which a mask is false one that is never kept. */
export const onlyWhere = (f: Formulas, mask: string, scores: string): string =>
  f.node('Where', [mask, scores, f.number(none)], {}, 'float32');

/**
 * What is kept of sets of boxes that do not see one another.
 *
 * @param boxes  [sets, N, 4]
 * @param scores  [sets, 1, N]
 * @returns int64 [kept, 3]: set, 0, place; set by set, best first
 */
export const suppressed = (
  f: Formulas,
  boxes: string,
  scores: string,
  { overlap, most, score }: Suppression,
): string =>
  f.node(
    'NonMaxSuppression',
    [boxes, scores, f.whole([most]), f.list([overlap]), f.list([score ?? barely])],
    {},
    'int64',
  );
