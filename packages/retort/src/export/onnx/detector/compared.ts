/** How alike two lists of detections of one image are. */

/** One detection: a box in pixels, its score and its class. */
export interface Detection {
  readonly box: readonly [x1: number, y1: number, x2: number, y2: number];
  readonly score: number;
  readonly class: number;
}

/** What two lists have in common. */
export interface Compared {
  /** How many the longer of both has. */
  readonly all: number;
  /** How many both have: of one class, in one place. */
  readonly same: number;
  /** The largest difference of the scores of those. */
  readonly difference: number;
}

/** Whether two boxes are one, to a part of the longer side of the image. */
const areAt = (one: Detection, other: Detection, tolerance: number): boolean =>
  one.class === other.class && one.box.every((at, i) => Math.abs(at - (other.box[i] ?? 0)) <= tolerance);

/**
 * Pairs each detection of one list with that of the other which is of its class and in its place, and nearest in score.
 *
 * @param tolerance  by so many pixels each side may lie elsewhere
 * @example compared(own, theirs, 0.1).same // as many as there are, of two networks that compute the same
 */
export function compared(
  own: readonly Detection[],
  theirs: readonly Detection[],
  tolerance: number,
): Compared {
  const left = new Set(theirs);
  let [same, difference] = [0, 0];
  for (const one of own) {
    const apart = (other: Detection): number => Math.abs(one.score - other.score);
    const [nearest] = [...left]
      .filter((other) => areAt(one, other, tolerance))
      .sort((a, b) => apart(a) - apart(b));
    if (!nearest) continue;
    left.delete(nearest);
    same += 1;
    difference = Math.max(difference, apart(nearest));
  }
  return { all: Math.max(own.length, theirs.length), same, difference };
}
