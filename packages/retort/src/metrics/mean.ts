/** The mean of some numbers, NaN of none. @example mean([1, 2]) // 1.5 */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
