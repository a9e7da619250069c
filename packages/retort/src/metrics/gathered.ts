import { cat, keep, type Tensor } from '@retort/torch';

/** Tensors of all samples, kept batch by batch. */
export class Gathered {
  readonly #batches: (readonly Tensor[])[] = [];

  /** Copies of tensors [B, …], as many as ever. */
  add(...tensors: readonly Tensor[]): void {
    this.#batches.push(keep(tensors.map((tensor) => tensor.clone())));
  }

  /** Each of all samples, [N, …]. @throws RangeError where there are none */
  get tensors(): readonly Tensor[] {
    const [first] = this.#batches;
    if (!first) throw new RangeError('there are no samples');
    return first.map((_, i) =>
      cat(
        this.#batches.flatMap((batch) => batch[i] ?? []),
        0,
      ),
    );
  }
}
