/** A curve with fewer places that looks the same: of each stretch its lowest and highest value are kept, and the first and last of all. */

/** Places in their order; null for what was no finite number. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** Which places of a stretch are kept: the lowest, the highest, and the first without a number, in their order. */
function kept(y: ArrayLike<number | null>, from: number, to: number): number[] {
  let [low, high, gap] = [-1, -1, -1];
  for (let at = from; at < to; at++) {
    const value = y[at];
    if (value == null) {
      if (gap < 0) gap = at;
      continue;
    }
    if (low < 0 || value < (y[low] ?? 0)) low = at;
    if (high < 0 || value > (y[high] ?? 0)) high = at;
  }
  return [...new Set([low, high, gap])].filter((at) => at >= 0).sort((a, b) => a - b);
}

/**
 * At most `most` places, at least two.
 *
 * @example thin({ x: [0, 1, 2, 3, 4, 5], y: [0, 9, 1, 2, -5, 3] }, 4) // { x: [0, 1, 4, 5], y: [0, 9, -5, 3] }
 */
export function thin(curve: Curve, most: number): Curve {
  const { x, y } = curve;
  const rows = x.length;
  if (rows <= Math.max(2, most)) return curve;
  const perStretch = y.includes(null) ? 3 : 2;
  const stretches = Math.floor((most - 2) / perStretch);
  const places = [0];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const [from, to] = [stretch, stretch + 1].map((at) => 1 + Math.floor((at * (rows - 2)) / stretches));
    places.push(...kept(y, from ?? 0, to ?? 0));
  }
  places.push(rows - 1);
  return { x: places.map((at) => x[at] ?? 0), y: places.map((at) => y[at] ?? null) };
}
