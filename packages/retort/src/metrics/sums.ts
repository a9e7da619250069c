/** Sums over a data set, in float64. */
import { keep, type Tensor, zeros } from '@retort/torch';

/** A tensor that is added to batch by batch. */
export class Sums {
  readonly #total: Tensor;

  constructor(shape: readonly number[]) {
    this.#total = keep(zeros(shape, { dtype: 'float64' }));
  }

  add(values: Tensor): void {
    this.#total.add_(values.to('float64'));
  }

  /** Adds each value where its index [N] says. */
  addAt(index: Tensor, values: Tensor): void {
    this.#total.index_add_(0, index, values.to('float64'));
  }

  /** As it is summed up in, float64. */
  get tensor(): Tensor {
    return this.#total;
  }

  get values(): number[] {
    return this.#total.toFlatArray().map(Number);
  }
}
