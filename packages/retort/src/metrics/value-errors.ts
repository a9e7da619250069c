import { type Tensor, tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Metric } from './metric.ts';
import { Sums } from './sums.ts';
import { saidValues } from './value-pairs.ts';

/** How far the numbers that are said are from those that are: the mean squared and the mean absolute error, in the numbers' own unit. Of `logits` [N, 1] and `values` [N]. */
export class ValueErrors implements Metric {
  readonly merge = 'sum';
  readonly #sums = new Sums([3]);

  add({ logits }: Outputs, { values }: Targets): void {
    if (!logits || !values) throw new RangeError('errors of numbers need logits and values');
    const errors = saidValues(logits).sub(values);
    const found = [errors.square().sum().item(), errors.abs().sum().item(), errors.numel()];
    this.#sums.add(tensor(found, { dtype: 'float64' }));
  }

  state(): readonly Tensor[] {
    return [this.#sums.tensor];
  }

  result(): { readonly mse: number; readonly mae: number } {
    const [squared = 0, absolute = 0, samples = 0] = this.#sums.values;
    return { mse: squared / samples, mae: absolute / samples };
  }
}
