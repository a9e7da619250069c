/** Stochastic depth (Huang et al. 2016, "Deep Networks with Stochastic Depth") as timm and the authors of its models have it. */

/**
 * How often each block is left out, by stages: never the first, also where it is the only one, the last as often as is said, those between linearly.
 *
 * @param last  a probability
 * @param depths  blocks of each stage
 * @example risingDrops(0.1, [1, 2]) // [[0], [0.05, 0.1]]
 */
export function risingDrops(last: number, depths: readonly number[]): number[][] {
  const steps = Math.max(depths.reduce((sum, depth) => sum + depth, 0) - 1, 1);
  let block = 0;
  // The share first: that of the last block is 1, and leaves what is said as it is.
  return depths.map((depth) => Array.from({ length: depth }, () => last * (block++ / steps)));
}
