/** What several runs came to. */
export interface Spread {
  readonly mean: number;
  /** Of the sample; 0 for one number. */
  readonly deviation: number;
  readonly n: number;
}

/** @returns null for no numbers @example spread([0.7, 0.72]) */
export function spread(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, n };
}
