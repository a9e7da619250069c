import { type Tensor, tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Metric } from './metric.ts';
import { Sums } from './sums.ts';

/** How many samples have just the classes that are said of them, those with a logit above 0: [N, C] → bool [N]. @param multiLabels  [N, C] of zeros and ones */
export const allRight = (logits: Tensor, multiLabels: Tensor): Tensor =>
  logits.gt(0).eq(multiLabels.gt(0)).all(1);

/** The share of samples of which every class is said that they are of, and no other. Of `logits` and `multiLabels` [N, C]. */
export class SubsetAccuracy implements Metric {
  readonly merge = 'sum';
  readonly #sums = new Sums([2]);

  add({ logits }: Outputs, { multiLabels }: Targets): void {
    if (!logits || !multiLabels) throw new RangeError('subset accuracy needs logits and multiLabels');
    const right = allRight(logits, multiLabels).sum().item();
    this.#sums.add(tensor([right, logits.size(0)], { dtype: 'float64' }));
  }

  state(): readonly Tensor[] {
    return [this.#sums.tensor];
  }

  result(): { readonly subsetAccuracy: number } {
    const [right = 0, samples = 0] = this.#sums.values;
    return { subsetAccuracy: right / samples };
  }
}
