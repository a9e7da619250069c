/**
 * DistilBERT (Sanh et al. 2019, "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter") with a classifier of texts, with
 * transformers' state-dict keys and name of the hub. It tells no types of tokens apart.
 */
import { nn, scope, type Tensor } from '@retort/torch';
import { type Anatomy, attentionOf } from './anatomy.ts';
import type { EncoderOptions } from './layers/bert.ts';
import {
  type ActivationName,
  activations,
  attend,
  checkHeads,
  checkTexts,
  initialise,
  overKeys,
} from './layers/texts.ts';
import type { ModelOptions } from './options.ts';
import type { TakesTexts, TextClassifier } from './takes.ts';

export interface DistilBertOptions extends ModelOptions, EncoderOptions {
  /** How many tokens it knows; 30,522 where it is left out. */
  readonly vocabulary?: number | undefined;
  /** How many tokens a text may have; 512 where it is left out. */
  readonly positions?: number | undefined;
  /** The token that pads, whose embedding stays 0; 0 where it is left out, null where there is none. */
  readonly padding?: number | null | undefined;
  /** Before the classifier; 0.2 where it is left out. */
  readonly classifierDropout?: number | undefined;
  /** Of initial weights; 0.02 where it is left out. */
  readonly deviation?: number | undefined;
}

class DistilBertEmbeddings extends nn.Layer {
  readonly word_embeddings: nn.Embedding;
  readonly position_embeddings: nn.Embedding;
  readonly LayerNorm: nn.LayerNorm;
  readonly dropout: nn.Dropout;

  constructor(
    vocabulary: number,
    positions: number,
    padding: number | null,
    { width, eps = 1e-12, dropout = 0.1 }: EncoderOptions,
  ) {
    super();
    this.word_embeddings = new nn.Embedding(vocabulary, width, { paddingIdx: padding });
    this.position_embeddings = new nn.Embedding(positions, width);
    this.LayerNorm = new nn.LayerNorm(width, { eps });
    this.dropout = new nn.Dropout(dropout);
  }

  forward(tokens: Tensor): Tensor {
    return scope(() => {
      const positions = this.position_embeddings.weight.narrow(0, 0, tokens.size(1));
      const sum = this.word_embeddings.forward(tokens).add(positions);
      return this.dropout.forward(this.LayerNorm.forward(sum));
    });
  }
}

class SelfAttention extends nn.Layer {
  readonly q_lin: nn.Linear;
  readonly k_lin: nn.Linear;
  readonly v_lin: nn.Linear;
  readonly out_lin: nn.Linear;
  readonly dropout: nn.Dropout;
  readonly heads: number;

  constructor(width: number, heads: number, dropout: number) {
    super();
    checkHeads(width, heads);
    this.q_lin = new nn.Linear(width, width);
    this.k_lin = new nn.Linear(width, width);
    this.v_lin = new nn.Linear(width, width);
    this.out_lin = new nn.Linear(width, width);
    this.dropout = new nn.Dropout(dropout);
    this.heads = heads;
  }

  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => {
      const [q, k, v] = [this.q_lin.forward(x), this.k_lin.forward(x), this.v_lin.forward(x)];
      return this.out_lin.forward(attend(q, k, v, this.heads, mask, this.dropout));
    });
  }
}

class FeedForward extends nn.Layer {
  readonly dropout: nn.Dropout;
  readonly lin1: nn.Linear;
  readonly lin2: nn.Linear;
  readonly activation: nn.Layer;

  constructor(width: number, intermediate: number, activation: ActivationName, dropout: number) {
    super();
    this.dropout = new nn.Dropout(dropout);
    this.lin1 = new nn.Linear(width, intermediate);
    this.lin2 = new nn.Linear(intermediate, width);
    this.activation = activations[activation]();
  }

  forward(x: Tensor): Tensor {
    return scope(() =>
      this.dropout.forward(this.lin2.forward(this.activation.forward(this.lin1.forward(x)))),
    );
  }
}

/** Attention and two linear layers, each added to what it is made of and then normalised: [B, L, D] → [B, L, D]. */
class Block extends nn.Layer {
  readonly attention: SelfAttention;
  readonly sa_layer_norm: nn.LayerNorm;
  readonly ffn: FeedForward;
  readonly output_layer_norm: nn.LayerNorm;

  constructor(options: EncoderOptions) {
    super();
    const { width, heads, intermediate, activation = 'gelu', eps = 1e-12 } = options;
    const { dropout = 0.1, attentionDropout = 0.1 } = options;
    this.attention = new SelfAttention(width, heads, attentionDropout);
    this.sa_layer_norm = new nn.LayerNorm(width, { eps });
    this.ffn = new FeedForward(width, intermediate, activation, dropout);
    this.output_layer_norm = new nn.LayerNorm(width, { eps });
  }

  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => {
      const attended = this.sa_layer_norm.forward(this.attention.forward(x, mask).add(x));
      return this.output_layer_norm.forward(this.ffn.forward(attended).add(attended));
    });
  }
}

class Transformer extends nn.Layer {
  readonly layer: nn.ModuleList<Block>;

  constructor(options: EncoderOptions) {
    super();
    this.layer = new nn.ModuleList(Array.from({ length: options.depth }, () => new Block(options)));
  }

  forward(x: Tensor, mask?: Tensor): Tensor {
    return scope(() => {
      let states = x;
      for (const layer of this.layer) states = layer.forward(states, mask);
      return states;
    });
  }
}

/** DistilBERT itself: tokens int64 [B, L] → states [B, L, D]. */
class Body extends nn.Layer {
  readonly embeddings: DistilBertEmbeddings;
  readonly transformer: Transformer;

  constructor(embeddings: DistilBertEmbeddings, options: EncoderOptions) {
    super();
    this.embeddings = embeddings;
    this.transformer = new Transformer(options);
  }

  forward(tokens: Tensor, mask?: Tensor): Tensor {
    return scope(() => this.transformer.forward(this.embeddings.forward(tokens), overKeys(mask)));
  }
}

/**
 * Texts as tokens int64 [B, L] → logits [B, classes], as `DistilBertForSequenceClassification` of transformers.
 *
 * @throws RangeError unless the heads divide the width
 */
export class DistilBert extends nn.Layer implements TextClassifier {
  readonly anatomy: Anatomy;
  readonly takes: TakesTexts;
  readonly distilbert: Body;
  readonly pre_classifier: nn.Linear;
  readonly activation = new nn.ReLU();
  readonly dropout: nn.Dropout;
  readonly classifier: nn.Linear;
  /** Of initial weights. */
  readonly deviation: number;

  constructor(options: DistilBertOptions) {
    super();
    const { vocabulary = 30_522, positions = 512, padding = 0, deviation = 0.02 } = options;
    const { classes, width, depth, heads, classifierDropout = 0.2 } = options;
    const stages = Array.from({ length: depth }, (_, i) => `distilbert.transformer.layer.${i}`);
    this.anatomy = {
      stem: 'distilbert.embeddings',
      stages,
      penultimate: 'activation',
      classifier: ['classifier'],
      head: ['pre_classifier'],
      attention: attentionOf(heads, stages, ['attention.q_lin', 'attention.k_lin', 'attention.v_lin']),
    };
    this.takes = { kind: 'texts', vocabulary, positions, types: 1 };
    this.distilbert = new Body(new DistilBertEmbeddings(vocabulary, positions, padding, options), options);
    this.pre_classifier = new nn.Linear(width, width);
    this.dropout = new nn.Dropout(classifierDropout);
    this.classifier = new nn.Linear(width, classes);
    this.deviation = deviation;
    initialise(this, deviation);
  }

  /**
   * @param types  what a tokenizer says of two texts is not looked at
   * @throws RangeError for longer texts than it takes, and for another form of them
   */
  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor {
    return scope(() => {
      checkTexts('DistilBERT', this.takes.positions, tokens, mask, types);
      const first = this.distilbert.forward(tokens, mask).select(1, 0);
      const vector = this.activation.forward(this.pre_classifier.forward(first));
      return this.classifier.forward(this.dropout.forward(vector));
    });
  }
}

/** Hugging Face's. */
export const distilberts: Readonly<Record<string, (options: ModelOptions) => DistilBert>> = {
  'distilbert-base-uncased': (options) =>
    new DistilBert({ width: 768, depth: 6, heads: 12, intermediate: 3072, ...options }),
};
