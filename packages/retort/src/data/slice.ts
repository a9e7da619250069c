/** Which samples of a batch a process computes, where several share it. */

/** One of several processes, from 0. */
export interface Rank {
  readonly rank: number;
  readonly count: number;
}

/** What of a batch one rank computes. */
export interface Slice {
  /** How many samples the batch has. */
  readonly of: number;
  /** Which places in it, in their order. */
  readonly places: Int32Array;
  /** Whether every rank has all of it, as it has too few samples for each to have two. */
  readonly isWhole: boolean;
}

/**
 * The slice of a batch that a rank has: samples from its beginning, and those at the same places from the end, with which their images are mixed. All ranks have all of a batch that
 * is too small for two samples each, since batch norm has no variance of one.
 *
 * @param size  samples of the batch
 * @example sliceOf(6, { rank: 0, count: 2 }).places // 0, 5
 */
export function sliceOf(size: number, { rank, count }: Rank): Slice {
  const isWhole = count === 1 || size < 2 * count;
  if (isWhole) return { of: size, places: Int32Array.from({ length: size }, (_, place) => place), isWhole };
  const pairs = Math.floor(size / 2);
  const [from, to] = [rank, rank + 1].map((end) => Math.floor((end * pairs) / count)) as [number, number];
  const middle = size % 2 === 1 && rank === count - 1 ? [pairs] : [];
  const first = Array.from({ length: to - from }, (_, i) => from + i);
  const last = first.map((place) => size - 1 - place).reverse();
  return { of: size, places: Int32Array.from([...first, ...middle, ...last]), isWhole };
}

/** What of the sum over ranks is this rank's, of a batch of which it has a slice: a mean over its samples weighs so much in the mean over all. @example weightOf({ of: 6, places: [0, 5], isWhole: false }, 2) // 0.666… */
export const weightOf = ({ of, places, isWhole }: Slice, count: number): number =>
  isWhole ? 1 : (places.length * count) / of;
