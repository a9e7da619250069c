/** As Python rounds: a half to the even number of the two, 14.5 to 14. */
export const roundHalfToEven = (value: number): number =>
  value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
