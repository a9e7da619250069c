import { scope, type Tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { Gathered } from './gathered.ts';
import type { Metric, Scores } from './metric.ts';

/** The number that is said of each sample [N], of `logits` [N, 1]: in float64. */
export const saidValues = (logits: Tensor): Tensor => logits.squeeze(1).to('float64');

/** Numbers that are said of samples, and those that are. */
export interface ValuePairs {
  readonly said: readonly number[];
  readonly are: readonly number[];
}

/** What a score of all pairs together is made of: of `logits` [N, 1] and `values` [N]. */
export abstract class OfValuePairs implements Metric {
  readonly merge = 'gather';
  readonly #gathered = new Gathered();

  add({ logits }: Outputs, { values }: Targets, ids: Tensor): void {
    if (!logits || !values) throw new RangeError('scores of numbers need logits and values');
    this.#gathered.add(ids, saidValues(logits), values.to('float64'));
  }

  state(): readonly Tensor[] {
    return this.#gathered.tensors;
  }

  get pairs(): ValuePairs {
    return scope(() => {
      const [, said = [], are = []] = this.state().map((tensor) => tensor.toFlatArray().map(Number));
      return { said, are };
    });
  }

  abstract result(): Scores;
}
