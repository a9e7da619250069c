/** What is measured of a network on a data set, batch by batch. */
import type { Tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';

/** Numbers by name: shares in [0, 1], errors, in their own units. */
export type Scores = Readonly<Record<string, number>>;

export interface Metric {
  /** @param ids  int64 [B]: which samples of the data set they are */
  add(outputs: Outputs, targets: Targets, ids: Tensor): void;
  /** Whether what several processes found is added up, or put together by the samples' numbers. */
  readonly merge: 'sum' | 'gather';
  /** What it has found so far: to be added up, or ids [N] and then tensors [N, …]. */
  state(): readonly Tensor[];
  result(): Scores;
}
