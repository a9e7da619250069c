/** Which of several are worth their cost. */

/**
 * @returns for each, whether no other is as good for less, or better for as much
 * @example onFront([{ cost: 1, score: 0.7 }, { cost: 2, score: 0.6 }], true) // [true, false]
 */
export function onFront(
  points: readonly { readonly cost: number; readonly score: number }[],
  isHigherBetter: boolean,
): boolean[] {
  const sign = isHigherBetter ? 1 : -1;
  return points.map(
    (point) =>
      !points.some(
        (other) =>
          other.cost <= point.cost &&
          sign * other.score >= sign * point.score &&
          (other.cost < point.cost || other.score !== point.score),
      ),
  );
}
