/** Mean and standard deviation of a number over runs. */
export interface Spread {
  readonly mean: number;
  /** Of the sample; 0 for one run. */
  readonly deviation: number;
  readonly values: readonly number[];
}

/** @example spread([1, 2, 3]) // mean 2, deviation 1 */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0, values };
}
