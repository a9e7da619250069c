import { noGrad } from '../autograd/index.ts';
import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { embedding } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { normal_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

/**
 * A table of vectors: indices [*] (int64 or int32) → [*, embeddingDim]. Rows start from a standard normal distribution.
 *
 * @example new nn.Embedding(30522, 768, { paddingIdx: 0 })
 */
export class Embedding extends Layer {
  /** [numEmbeddings, embeddingDim]. */
  readonly weight: Parameter;
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** The row that stays 0 and gets no gradient, counted from the start. */
  readonly paddingIdx: number | null;

  /** @throws TorchError if a size is no whole number or paddingIdx no row; a negative one counts from the end */
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    options: Placement & { paddingIdx?: number | null } = {},
  ) {
    super();
    wholeNumbers('Embedding', { numEmbeddings, embeddingDim }, 0);
    refuseUnknown('Embedding', options, { paddingIdx: true, ...placementNames });
    const { paddingIdx = null, ...placement } = options;
    if (paddingIdx !== null && !(paddingIdx >= -numEmbeddings && paddingIdx < numEmbeddings))
      throw new TorchError(
        `Embedding: paddingIdx ${paddingIdx} is out of range: there are ${numEmbeddings} rows`,
      );
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx === null ? null : (paddingIdx + numEmbeddings) % numEmbeddings;
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], placement));
    normal_(this.weight);
    const { paddingIdx: row } = this;
    if (row !== null) noGrad(() => this.weight.select(0, row).zero_());
  }

  /** @throws TorchError if an index is out of range or no whole number */
  forward(indices: Tensor): Tensor {
    return embedding(indices, this.weight, { paddingIdx: this.paddingIdx });
  }
}
