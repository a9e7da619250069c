/** A curve without its noise. */

/**
 * The exponential average of a curve, corrected for its beginning. A place that lies further from the one before counts for more, so that curves
 * that were thinned out come out as they were.
 *
 * @param amount  from 0, the curve itself, up to but not 1
 * @example smoothed([0, 1, 2], [1, 3, 2], 0.6)
 */
export function smoothed(
  x: readonly number[],
  y: readonly (number | null)[],
  amount: number,
): (number | null)[] {
  if (amount <= 0) return [...y];
  const span = ((x.at(-1) ?? 0) - (x[0] ?? 0)) / Math.max(1, x.length - 1) || 1;
  let sum = 0;
  let weight = 0;
  let last = x[0] ?? 0;
  return y.map((value, i) => {
    if (value === null) return null;
    const at = x[i] ?? last;
    const kept = amount ** (i === 0 ? 1 : (at - last) / span);
    last = at;
    sum = sum * kept + value * (1 - kept);
    weight = weight * kept + (1 - kept);
    return weight > 0 ? sum / weight : value;
  });
}
