/** The processes that train one student together, each a slice of every batch. One process is the trivial case. */
import type { nn, Tensor } from '@retort/torch';
import type { Rank } from '../data/index.ts';

/** Averages gradients over the ranks while they are computed. */
export interface Averaging extends Disposable {
  /** Before the backward whose gradients, with those that were added up before, are averaged. @param losses  of which they are */
  prepare(losses: readonly Tensor[]): void;
}

/**
 * What is common to ranks. All of it waits until each rank has come to the same call, and fails where one does not come: so each must make the same calls
 * in the same order.
 */
export interface Ranks extends Rank {
  /** What each rank gives, by rank: values that JSON can say. */
  exchange<Value>(value: Value): Value[];
  /** Replaces a tensor by the sum over all ranks. */
  sum_(tensor: Tensor): void;
  /** Replaces tensors by those of the first rank. */
  share_(tensors: readonly Tensor[]): void;
  /** Tensors [n, …] of each rank, by rank, of which n alone may differ. */
  gather(tensors: readonly Tensor[]): Tensor[][];
  averaging(parameters: readonly nn.Parameter[]): Averaging;
}

/** One process. */
export const alone: Ranks = {
  rank: 0,
  count: 1,
  exchange: (value) => [value],
  sum_() {},
  share_() {},
  gather: (tensors) => [[...tensors]],
  averaging: () => ({ prepare() {}, [Symbol.dispose]() {} }),
};
