/**
 * RoBERTa (Liu et al. 2019, "RoBERTa: A Robustly Optimized BERT Pretraining Approach") with a classifier of texts, and DistilRoBERTa, with
 * transformers' state-dict keys and names of the hub.
 */
import { nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy } from './anatomy.ts';
import { type BertOptions, encoderAnatomy } from './bert.ts';
import { type EmbeddingOptions, Embeddings, Encoder, type EncoderOptions } from './layers/bert.ts';
import { checkTexts, initialise, overKeys } from './layers/texts.ts';
import type { ModelOptions } from './options.ts';
import type { TakesTexts, TextClassifier } from './takes.ts';

/** As BERT's, with other values where they are left out: 50,265 tokens, 514 positions, 1 type, the token 1 pads, an eps of 1e-5. */
export interface RobertaOptions extends BertOptions {
  /** The token that pads; positions are counted from the number behind it on. */
  readonly padding?: number | undefined;
  /** Rows of the table of positions: a text may have as many tokens, less those up to `padding`. */
  readonly positions?: number | undefined;
}

/** Tokens are counted, and padding is not: the first is at the position behind that of padding. */
class RobertaEmbeddings extends Embeddings {
  readonly padding: number;

  constructor(options: EmbeddingOptions & { readonly padding: number }) {
    super(options, options.padding);
    this.padding = options.padding;
  }

  protected positionsOf(tokens: Tensor): Tensor {
    return scope(() => {
      const counted = tokens.ne(this.padding).to('int64');
      return this.position_embeddings.forward(counted.cumsum(1).mul(counted).add(this.padding));
    });
  }
}

/** RoBERTa itself: tokens int64 [B, L] → states [B, L, D]. */
class Body extends nn.Layer {
  readonly embeddings: RobertaEmbeddings;
  readonly encoder: Encoder;

  constructor(options: EmbeddingOptions & EncoderOptions & { readonly padding: number }) {
    super();
    this.embeddings = new RobertaEmbeddings(options);
    this.encoder = new Encoder(options);
  }

  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor {
    return scope(() => this.encoder.forward(this.embeddings.forward(tokens, types), overKeys(mask)));
  }
}

/** Of the first token's state, [B, D] → logits [B, classes]. */
class Head extends nn.Layer {
  readonly dense: nn.Linear;
  readonly activation = new nn.Tanh();
  readonly dropout: nn.Dropout;
  readonly out_proj: nn.Linear;

  constructor(width: number, classes: number, dropout: number) {
    super();
    this.dense = new nn.Linear(width, width);
    this.dropout = new nn.Dropout(dropout);
    this.out_proj = new nn.Linear(width, classes);
  }

  forward(first: Tensor): Tensor {
    return scope(() => {
      const vector = this.activation.forward(this.dense.forward(this.dropout.forward(first)));
      return this.out_proj.forward(this.dropout.forward(vector));
    });
  }
}

/** Texts as tokens int64 [B, L] → logits [B, classes], as `RobertaForSequenceClassification` of transformers. @throws RangeError unless the heads divide the width */
export class Roberta extends nn.Layer implements TextClassifier {
  readonly anatomy: Anatomy;
  readonly takes: TakesTexts;
  readonly roberta: Body;
  readonly classifier: Head;
  /** Of initial weights. */
  readonly deviation: number;

  constructor(options: RobertaOptions) {
    super();
    const { vocabulary = 50_265, positions = 514, types = 1, padding = 1, eps = 1e-5 } = options;
    const { classes, width, dropout = 0.1, classifierDropout = null, deviation = 0.02 } = options;
    this.anatomy = {
      ...encoderAnatomy('roberta', options),
      penultimate: 'classifier.activation',
      classifier: ['classifier.out_proj'],
      head: ['classifier.dense'],
    };
    this.takes = { kind: 'texts', vocabulary, positions: positions - padding - 1, types };
    this.roberta = new Body({ ...options, vocabulary, positions, types, padding, eps });
    this.classifier = new Head(width, classes, classifierDropout ?? dropout);
    this.deviation = deviation;
    initialise(this, deviation);
  }

  /** @throws RangeError for longer texts than it takes, and for another form of them */
  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor {
    return scope(() => {
      checkTexts('RoBERTa', this.takes.positions, tokens, mask, types);
      return this.classifier.forward(this.roberta.forward(tokens, mask, types).select(1, 0));
    });
  }
}

type Make = (options: ModelOptions) => Roberta;

const sized =
  (width: number, depth: number): Make =>
  (options) =>
    new Roberta({ width, depth, heads: width / 64, intermediate: 4 * width, ...options });

/** Facebook's, and Hugging Face's of half the depth. */
export const robertas: Readonly<Record<string, Make>> = {
  'roberta-base': sized(768, 12),
  'roberta-large': sized(1024, 24),
  'distilroberta-base': sized(768, 6),
};
