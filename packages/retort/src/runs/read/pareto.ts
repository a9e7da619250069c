/** What is not beaten in cost and score at once. */

/** What something costs, and how good it is. */
export interface Costed {
  readonly cost: number;
  readonly score: number;
}

/**
 * Those of which no other is better in one of both and as good in the other.
 *
 * @returns for each whether it is on the Pareto front
 * @example paretoFront([{ cost: 1, score: 70 }, { cost: 2, score: 69 }], 'higher') // [true, false]
 */
export function paretoFront(all: readonly Costed[], better: 'higher' | 'lower'): boolean[] {
  const gain = ({ score }: Costed): number => (better === 'higher' ? score : -score);
  const beats = (one: Costed, other: Costed): boolean =>
    one.cost <= other.cost && gain(one) >= gain(other) && (one.cost < other.cost || gain(one) > gain(other));
  return all.map((one) => !all.some((other) => beats(other, one)));
}
