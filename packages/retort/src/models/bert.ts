/**
 * BERT (Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding") with a classifier of texts, and
 * its miniatures (Turc et al. 2019, "Well-Read Students Learn Better"), with transformers' state-dict keys and names of the hub.
 */
import { nn, scope, type Tensor } from '@retort/torch';
import { type Anatomy, attentionOf } from './anatomy.ts';
import { type EmbeddingOptions, Embeddings, Encoder, type EncoderOptions, Pooler } from './layers/bert.ts';
import { checkTexts, initialise, overKeys } from './layers/texts.ts';
import type { ModelOptions } from './options.ts';
import type { TakesTexts, TextClassifier } from './takes.ts';

export interface BertOptions extends ModelOptions, EncoderOptions {
  /** How many tokens it knows; 30,522 where it is left out. */
  readonly vocabulary?: number | undefined;
  /** How many tokens a text may have; 512 where it is left out. */
  readonly positions?: number | undefined;
  /** Types of tokens; 2 where it is left out. */
  readonly types?: number | undefined;
  /** The token that pads, whose embedding stays 0; 0 where it is left out, null where there is none. */
  readonly padding?: number | null | undefined;
  /** Before the classifier; `dropout` where it is left out. */
  readonly classifierDropout?: number | null | undefined;
  /** Of initial weights; 0.02 where it is left out. */
  readonly deviation?: number | undefined;
}

/** Where the features of an encoder are, within a network that has it below a path. */
export function encoderAnatomy(
  at: string,
  { depth, heads }: Pick<EncoderOptions, 'depth' | 'heads'>,
): Pick<Anatomy, 'stem' | 'stages' | 'attention'> {
  const stages = Array.from({ length: depth }, (_, i) => `${at}.encoder.layer.${i}`);
  const within = (module: string): string => `attention.self.${module}`;
  return {
    stem: `${at}.embeddings`,
    stages,
    attention: attentionOf(heads, stages, [within('query'), within('key'), within('value')]),
  };
}

/** Positions are counted from the start. */
class BertEmbeddings extends Embeddings {
  constructor(options: EmbeddingOptions) {
    super(options, null);
  }

  protected positionsOf(tokens: Tensor): Tensor {
    return this.position_embeddings.weight.narrow(0, 0, tokens.size(1));
  }
}

/** BERT itself: tokens int64 [B, L] → the pooled state of the first one, [B, D]. */
class Body extends nn.Layer {
  readonly embeddings: BertEmbeddings;
  readonly encoder: Encoder;
  readonly pooler: Pooler;

  constructor(options: EmbeddingOptions & EncoderOptions) {
    super();
    this.embeddings = new BertEmbeddings(options);
    this.encoder = new Encoder(options);
    this.pooler = new Pooler(options.width);
  }

  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor {
    return scope(() => {
      const states = this.encoder.forward(this.embeddings.forward(tokens, types), overKeys(mask));
      return this.pooler.forward(states.select(1, 0));
    });
  }
}

/** Texts as tokens int64 [B, L] → logits [B, classes], as `BertForSequenceClassification` of transformers. @throws RangeError unless the heads divide the width */
export class Bert extends nn.Layer implements TextClassifier {
  readonly anatomy: Anatomy;
  readonly takes: TakesTexts;
  readonly bert: Body;
  readonly dropout: nn.Dropout;
  readonly classifier: nn.Linear;
  /** Of initial weights. */
  readonly deviation: number;

  constructor(options: BertOptions) {
    super();
    const { vocabulary = 30_522, positions = 512, types = 2, padding = 0, deviation = 0.02 } = options;
    const { classes, width, dropout = 0.1, classifierDropout = null } = options;
    this.anatomy = {
      ...encoderAnatomy('bert', options),
      penultimate: 'bert.pooler',
      classifier: ['classifier'],
      head: ['bert.pooler'],
    };
    this.takes = { kind: 'texts', vocabulary, positions, types };
    this.bert = new Body({ ...options, vocabulary, positions, types, padding });
    this.dropout = new nn.Dropout(classifierDropout ?? dropout);
    this.classifier = new nn.Linear(width, classes);
    this.deviation = deviation;
    initialise(this, deviation);
  }

  /** @throws RangeError for longer texts than it takes, and for another form of them */
  forward(tokens: Tensor, mask?: Tensor, types?: Tensor): Tensor {
    return scope(() => {
      checkTexts('BERT', this.takes.positions, tokens, mask, types);
      return this.classifier.forward(this.dropout.forward(this.bert.forward(tokens, mask, types)));
    });
  }
}

type Make = (options: ModelOptions) => Bert;

const sized =
  (width: number, depth: number): Make =>
  (options) =>
    new Bert({ width, depth, heads: width / 64, intermediate: 4 * width, ...options });

const depths = [2, 4, 6, 8, 10, 12];
const widths = [128, 256, 512, 768];

/** Google's. */
export const berts: Readonly<Record<string, Make>> = {
  'bert-base-uncased': sized(768, 12),
  'bert-large-uncased': sized(1024, 24),
  ...Object.fromEntries(
    depths.flatMap((depth) =>
      widths.map((width): [string, Make] => [
        `bert_uncased_L-${depth}_H-${width}_A-${width / 64}`,
        sized(width, depth),
      ]),
    ),
  ),
};
