/** Long lines with fewer points. */
import type { Line, LinePoint } from '../../figures/index.ts';

/** The first, the lowest and the highest, and the last of some points, in their order. */
function marked(points: readonly LinePoint[]): LinePoint[] {
  const by = points.toSorted((a, b) => a.mean - b.mean);
  const kept = new Set([by[0], by.at(-1)]);
  return points.filter((point) => kept.has(point));
}

/**
 * A line of at most so many points: of each stretch the lowest and the highest, so that no peak goes; the first and the last are kept.
 *
 * @param most  4 or more
 */
export function thinned(line: Line, most: number): Line {
  const { points } = line;
  if (points.length <= most) return line;
  const inner = points.slice(1, -1);
  const stretches = Math.floor((most - 2) / 2);
  const length = Math.ceil(inner.length / stretches);
  const kept = Array.from({ length: stretches }, (_, i) => marked(inner.slice(i * length, (i + 1) * length)));
  return { ...line, points: [...points.slice(0, 1), ...kept.flat(), ...points.slice(-1)] };
}
