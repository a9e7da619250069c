import { aten, cat, full, keep, type Tensor } from '@retort/torch';

/** Tensors [B, …] filled up with −1 to as many columns as the widest has; those of one size stay. */
function asWide(batches: readonly Tensor[]): readonly Tensor[] {
  const widest = Math.max(...batches.map(({ shape }) => shape[1] ?? 0));
  return batches.map((batch) => {
    const [rows = 0, columns = widest, ...others] = batch.shape;
    if (columns === widest) return batch;
    const missing = full([rows, widest - columns, ...others], -1, { dtype: batch.dtype });
    return aten.cat([batch, missing], 1);
  });
}

/** Tensors of all samples, kept batch by batch. */
export class Gathered {
  readonly #batches: (readonly Tensor[])[] = [];

  /** Copies of tensors [B, …], as many as ever. */
  add(...tensors: readonly Tensor[]): void {
    this.#batches.push(keep(tensors.map((tensor) => tensor.clone())));
  }

  /** Each of all samples, [N, …]; where batches had several numbers of columns, as many as the most, and −1 where there was nothing. @throws RangeError where there are none */
  get tensors(): readonly Tensor[] {
    const [first] = this.#batches;
    if (!first) throw new RangeError('there are no samples');
    return first.map((_, i) => cat(asWide(this.#batches.flatMap((batch) => batch[i] ?? [])), 0));
  }
}
