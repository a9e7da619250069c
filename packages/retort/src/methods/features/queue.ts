/** The last vectors that a network gave, first in, first out, with which those of a batch are compared. */
import { aten, nn, noGrad, scope, type Tensor, zeros } from '@retort/torch';

/** K vectors [K, D] and where the next is written: buffers, so that checkpoints keep them and ranks have the same. */
export class Queue extends nn.Module {
  readonly rows: nn.Buffer;
  /** The place of the oldest, int64 []. */
  readonly oldest: nn.Buffer;

  /** @param rows  what it begins with, [K, D] */
  constructor(rows: Tensor) {
    super();
    this.rows = new nn.Buffer(rows);
    this.oldest = new nn.Buffer(zeros([], { dtype: 'int64' }));
  }

  /** The products of vectors [B, D] with those that it has, [B, K]; of a copy, as these change before backward. */
  forward(vectors: Tensor): Tensor {
    return scope(() => vectors.mm(this.rows.clone().t().to(vectors.dtype)));
  }

  /** Puts vectors [B, D] in the places of the oldest; the last K of them, where they are more. */
  push(vectors: Tensor): void {
    noGrad(() =>
      scope(() => {
        const size = this.rows.size(0);
        const count = Math.min(vectors.size(0), size);
        const last = vectors.narrow(0, vectors.size(0) - count, count).to(this.rows.dtype);
        const places = aten
          .arange(count, { dtype: 'int64', device: this.rows.device })
          .add(this.oldest)
          .remainder(size);
        this.rows.index_copy_(0, places, last);
        this.oldest.add_(count).remainder_(size);
      }),
    );
  }
}
