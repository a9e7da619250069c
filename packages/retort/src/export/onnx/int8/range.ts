/** Where the elements of a value lie, and what watches them to find that. */

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Is shown all elements of a value, a batch after the other. */
export interface Observer {
  /** @param extremes  of these elements */
  observe(elements: Float32Array, extremes: Range): void;
  /** In which the value is to be represented; what lies outside of it is cut off. */
  range(): Range;
}

/** The extreme elements; NaN where one of them is not a number. */
export function extremesOf(elements: Float32Array): Range {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const element of elements) {
    if (element < least) least = element;
    if (element > most) most = element;
    if (Number.isNaN(element)) return { least: Number.NaN, most: Number.NaN };
  }
  return { least, most };
}

export const joined = (one: Range | null, other: Range): Range =>
  one ? { least: Math.min(one.least, other.least), most: Math.max(one.most, other.most) } : other;

/** A range within what was seen. */
export const within = (range: Range, seen: Range): Range => ({
  least: Math.max(range.least, seen.least),
  most: Math.min(range.most, seen.most),
});
