/** What BERT and RoBERTa share: embeddings and the post-norm encoder, with transformers' state-dict keys. */
import { nn, scope, type Tensor } from '@retort/torch';
import { type ActivationName, activations, attend, checkHeads } from './texts.ts';

/** What an encoder is made from. */
export interface EncoderOptions {
  /** The size of a token, D. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Between the two linear layers of a block. */
  readonly intermediate: number;
  /** `gelu`, the exact one, where it is left out. */
  readonly activation?: ActivationName | undefined;
  /** Of embeddings and of what each block adds; 0.1 where it is left out. */
  readonly dropout?: number | undefined;
  /** Of the attention's weights; 0.1 where it is left out. */
  readonly attentionDropout?: number | undefined;
  /** Of the layer norms; 1e-12 where it is left out. */
  readonly eps?: number | undefined;
}

/** What embeddings are made from. */
export interface EmbeddingOptions extends Pick<EncoderOptions, 'width' | 'dropout' | 'eps'> {
  /** How many tokens are known. */
  readonly vocabulary: number;
  /** Rows of the table of positions. */
  readonly positions: number;
  /** Types of tokens. */
  readonly types: number;
  /** The token that pads; null where there is none. */
  readonly padding: number | null;
}

/** word + type + position, normalised: tokens int64 [B, L] → [B, L, D]. How positions are found is the family's. */
export abstract class Embeddings extends nn.Layer {
  readonly word_embeddings: nn.Embedding;
  readonly position_embeddings: nn.Embedding;
  readonly token_type_embeddings: nn.Embedding;
  readonly LayerNorm: nn.LayerNorm;
  readonly dropout: nn.Dropout;

  /** @param paddedPosition  whose row stays 0 */
  constructor(
    { vocabulary, width, positions, types, padding, eps = 1e-12, dropout = 0.1 }: EmbeddingOptions,
    paddedPosition: number | null,
  ) {
    super();
    this.word_embeddings = new nn.Embedding(vocabulary, width, { paddingIdx: padding });
    this.position_embeddings = new nn.Embedding(positions, width, { paddingIdx: paddedPosition });
    this.token_type_embeddings = new nn.Embedding(types, width);
    this.LayerNorm = new nn.LayerNorm(width, { eps });
    this.dropout = new nn.Dropout(dropout);
  }

  /** [L, D] or [B, L, D]. */
  protected abstract positionsOf(tokens: Tensor): Tensor;

  /** @param types  where there is one alone, what a tokenizer says of two texts is not looked at */
  forward(tokens: Tensor, types?: Tensor): Tensor {
    return scope(() => {
      const ofType =
        types && this.token_type_embeddings.numEmbeddings > 1
          ? this.token_type_embeddings.forward(types)
          : this.token_type_embeddings.weight.select(0, 0);
      const sum = this.word_embeddings.forward(tokens).add(ofType).add(this.positionsOf(tokens));
      return this.dropout.forward(this.LayerNorm.forward(sum));
    });
  }
}

/** Of the first token's state, [B, D] → [B, D]. */
export class Pooler extends nn.Layer {
  readonly dense: nn.Linear;
  readonly activation = new nn.Tanh();

  constructor(width: number) {
    super();
    this.dense = new nn.Linear(width, width);
  }

  forward(first: Tensor): Tensor {
    return scope(() => this.activation.forward(this.dense.forward(first)));
  }
}

class SelfAttention extends nn.Layer {
  readonly query: nn.Linear;
  readonly key: nn.Linear;
  readonly value: nn.Linear;
  readonly dropout: nn.Dropout;
  readonly heads: number;

  constructor(width: number, heads: number, dropout: number) {
    super();
    checkHeads(width, heads);
    this.query = new nn.Linear(width, width);
    this.key = new nn.Linear(width, width);
    this.value = new nn.Linear(width, width);
    this.dropout = new nn.Dropout(dropout);
    this.heads = heads;
  }

  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() =>
      attend(
        this.query.forward(x),
        this.key.forward(x),
        this.value.forward(x),
        this.heads,
        mask,
        this.dropout,
      ),
    );
  }
}

/** norm(residual + dense(x)). */
class Output extends nn.Layer {
  readonly dense: nn.Linear;
  readonly LayerNorm: nn.LayerNorm;
  readonly dropout: nn.Dropout;

  constructor(from: number, width: number, eps: number, dropout: number) {
    super();
    this.dense = new nn.Linear(from, width);
    this.LayerNorm = new nn.LayerNorm(width, { eps });
    this.dropout = new nn.Dropout(dropout);
  }

  forward(x: Tensor, residual: Tensor = x): Tensor {
    return scope(() => this.LayerNorm.forward(residual.add(this.dropout.forward(this.dense.forward(x)))));
  }
}

class Attention extends nn.Layer {
  readonly self: SelfAttention;
  readonly output: Output;

  constructor(width: number, heads: number, eps: number, dropout: number, attentionDropout: number) {
    super();
    this.self = new SelfAttention(width, heads, attentionDropout);
    this.output = new Output(width, width, eps, dropout);
  }

  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => this.output.forward(this.self.forward(x, mask), x));
  }
}

class Intermediate extends nn.Layer {
  readonly dense: nn.Linear;
  readonly intermediate_act_fn: nn.Layer;

  constructor(width: number, intermediate: number, activation: ActivationName) {
    super();
    this.dense = new nn.Linear(width, intermediate);
    this.intermediate_act_fn = activations[activation]();
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.intermediate_act_fn.forward(this.dense.forward(x)));
  }
}

/** Attention and two linear layers, each added to what it is made of and then normalised: [B, L, D] → [B, L, D]. */
export class EncoderLayer extends nn.Layer {
  readonly attention: Attention;
  readonly intermediate: Intermediate;
  readonly output: Output;

  constructor(options: EncoderOptions) {
    super();
    const { width, heads, intermediate, activation = 'gelu', eps = 1e-12 } = options;
    const { dropout = 0.1, attentionDropout = 0.1 } = options;
    this.attention = new Attention(width, heads, eps, dropout, attentionDropout);
    this.intermediate = new Intermediate(width, intermediate, activation);
    this.output = new Output(intermediate, width, eps, dropout);
  }

  /** @param mask  of keys, bool [B, 1, 1, L] */
  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => {
      const attended = this.attention.forward(x, mask);
      return this.output.forward(this.intermediate.forward(attended), attended);
    });
  }
}

/** The layers, one after another: [B, L, D] → [B, L, D]. */
export class Encoder extends nn.Layer {
  readonly layer: nn.ModuleList<EncoderLayer>;

  constructor(options: EncoderOptions) {
    super();
    this.layer = new nn.ModuleList(Array.from({ length: options.depth }, () => new EncoderLayer(options)));
  }

  /** @param mask  of keys, bool [B, 1, 1, L] */
  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => {
      let states = x;
      for (const layer of this.layer) states = layer.forward(states, mask);
      return states;
    });
  }
}
