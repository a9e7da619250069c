/** Curves of different places, on the places of all: the form that uPlot draws. */

export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** All x, in order. */
export const placesOf = (curves: readonly Curve[]): number[] =>
  [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);

/**
 * @returns all x in order, and for each curve its y there: undefined where the curve has no place, which a line passes over, and null where it has no number
 * @example aligned([{ x: [1, 3], y: [5, 6] }, { x: [2], y: [7] }]) // { x: [1, 2, 3], ys: [[5, undefined, 6], [undefined, 7, undefined]] }
 */
export function aligned(curves: readonly Curve[]): { x: number[]; ys: (number | null | undefined)[][] } {
  const x = placesOf(curves);
  const places = new Map(x.map((at, i) => [at, i]));
  const ys = curves.map((curve) => {
    const y = new Array<number | null | undefined>(x.length).fill(undefined);
    for (const [i, at] of curve.x.entries()) y[places.get(at) ?? 0] = curve.y[i] ?? null;
    return y;
  });
  return { x, ys };
}

/** Its value at a place, between two of its own; null outside and beside what is no number. */
export function valueAt({ x, y }: Curve, at: number): number | null {
  let [low, high] = [0, x.length - 1];
  if (high < 0 || at < (x[0] as number) || at > (x[high] as number)) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= at) low = middle;
    else high = middle;
  }
  const [left, right] = [x[low] as number, x[high] as number];
  const [from, to] = [y[low] ?? null, y[high] ?? null];
  if (at === left) return from;
  if (at === right) return to;
  return from === null || to === null ? null : from + ((to - from) * (at - left)) / (right - left);
}
