/** Sizes of two dimensions. */

/** One number for both dimensions, or [height, width]. */
export type Pair = number | readonly [number, number];
