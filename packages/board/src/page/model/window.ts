/** Which rows of a long table are there, of all that could be scrolled to. */

export interface Scrolled {
  readonly rows: number;
  /** Pixels of one. */
  readonly rowHeight: number;
  readonly top: number;
  readonly height: number;
}

/** Rows that are kept on either side of those seen, so that a key press finds the next. */
const aside = 8;

/** @returns the first row that is there, and the one after the last @example rowsSeen({ rows: 1000, rowHeight: 40, top: 4000, height: 800 }) // { from: 92, to: 128 } */
export function rowsSeen({ rows, rowHeight, top, height }: Scrolled): { from: number; to: number } {
  const from = Math.max(0, Math.min(rows, Math.floor(top / rowHeight)) - aside);
  const to = Math.min(rows, Math.ceil((top + height) / rowHeight) + aside);
  return { from, to: Math.max(from, to) };
}

/** Where to scroll so that a row is whole in sight; the same place if it is. */
export function scrollTo(row: number, { rowHeight, top, height }: Omit<Scrolled, 'rows'>): number {
  if (row * rowHeight < top) return row * rowHeight;
  return Math.max(top, (row + 1) * rowHeight - height);
}
