/** A curve with fewer places that looks the same: of each stretch its lowest and highest value are kept, and the first and last of all. */

/** Where a curve is looked at, in x. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Thinned {
  readonly x: readonly number[];
  /** Null for what was no finite number. */
  readonly y: readonly (number | null)[];
  /** Before they were thinned out. */
  readonly rows: number;
}

/** What is kept of the stretch that is gone through: places, or -1 where there is none. */
class Stretch {
  low = -1;
  high = -1;
  /** The first without a number. */
  gap = -1;

  take(at: number, y: ArrayLike<number>): void {
    const value = y[at] ?? 0;
    if (!Number.isFinite(value)) {
      if (this.gap < 0) this.gap = at;
      return;
    }
    if (this.low < 0 || value < (y[this.low] ?? 0)) this.low = at;
    if (this.high < 0 || value > (y[this.high] ?? 0)) this.high = at;
  }

  /** In their order; begins anew. */
  end(): number[] {
    const kept = new Set([this.low, this.high, this.gap].filter((at) => at >= 0));
    [this.low, this.high, this.gap] = [-1, -1, -1];
    return [...kept].sort((a, b) => a - b);
  }
}

/** How many rows are looked at, and whether there are some without a number. */
function counted(x: ArrayLike<number>, y: ArrayLike<number>, { from, to }: Range): [number, boolean] {
  let rows = 0;
  let hasGaps = false;
  for (let at = 0; at < y.length; at++) {
    const [place, value] = [x[at] as number, y[at] as number];
    if (Number.isNaN(value) || place < from || place > to) continue;
    rows++;
    if (!Number.isFinite(value)) hasGaps = true;
  }
  return [rows, hasGaps];
}

function keptPlaces(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  most: number,
  range: Range,
): [number[], number] {
  const { from, to } = range;
  const [rows, hasGaps] = counted(x, y, range);
  const isWhole = rows <= Math.max(2, most);
  const stretches = Math.floor((most - 2) / (hasGaps ? 3 : 2));
  const endOf = (stretch: number): number => 1 + Math.floor(((stretch + 1) * (rows - 2)) / stretches);
  const kept: number[] = [];
  const stretch = new Stretch();
  let [row, number] = [0, 0];
  for (let at = 0; at < y.length; at++) {
    const [place, value] = [x[at] as number, y[at] as number];
    if (Number.isNaN(value) || place < from || place > to) continue;
    const isEnd = row === 0 || row === rows - 1;
    if (isWhole) kept.push(at);
    else if (!isEnd && stretches > 0) {
      if (row >= endOf(number)) {
        kept.push(...stretch.end());
        number++;
      }
      stretch.take(at, y);
    } else if (isEnd) kept.push(...(row > 0 ? stretch.end() : []), at);
    row++;
  }
  return [kept, rows];
}

const everywhere: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/**
 * At most `most` places, at least two; what is NaN in y is left out.
 *
 * @example thin([0, 1, 2, 3, 4, 5], [0, 9, 1, 2, -5, 3], 4) // { x: [0, 1, 4, 5], y: [0, 9, -5, 3], rows: 6 }
 */
export function thin(x: ArrayLike<number>, y: ArrayLike<number>, most: number, range = everywhere): Thinned {
  const [kept, rows] = keptPlaces(x, y, most, range);
  return {
    x: kept.map((at) => x[at] ?? 0),
    y: kept.map((at) => (Number.isFinite(y[at]) ? (y[at] ?? null) : null)),
    rows,
  };
}
