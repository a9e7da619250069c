/** transformers' `bert`: our keys are its own, and older files' and those of a network without a classifier are found. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { Bert } from '../bert.ts';
import type { Embeddings, EncoderLayer } from '../layers/bert.ts';
import { type ActivationName, activationName, activations } from '../layers/texts.ts';
import {
  computed,
  count,
  defineTextFamily,
  epsilon,
  type Naming,
  probability,
  type Renaming,
} from './family.ts';

const [gelu, ...otherActivations] = Object.keys(activations) as [ActivationName, ...ActivationName[]];

/** By transformers' name. */
export const activation = computed<ActivationName>(gelu, ...otherActivations);

const token = z.number().int().min(0);

/** What a config of `bert` says, and with other defaults one of `roberta`, by transformers' names. */
export const encoderConfig = {
  hidden_size: count(768),
  num_hidden_layers: count(12),
  num_attention_heads: count(12),
  intermediate_size: count(3072),
  hidden_act: activation,
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  classifier_dropout: probability.nullable().default(null),
  max_position_embeddings: count(512),
  type_vocab_size: count(2),
  layer_norm_eps: epsilon(1e-12),
  initializer_range: z.number().positive().default(0.02),
  position_embedding_type: computed('absolute'),
  is_decoder: computed(false),
  add_cross_attention: computed(false),
} as const;

export const padding = { none: token.nullable(), always: token };

/** What a config is refused with. */
export const dividesIntoHeads = (width: string, heads: string) => ({
  path: [heads],
  error: `must divide ${width}: each head has as much of it`,
});

export const isKnown = { path: ['pad_token_id'], error: 'must be a token: below vocab_size' };

/** What our encoder is made from. */
export const encoderOptions = (given: z.output<z.ZodObject<typeof encoderConfig>>) => ({
  width: given.hidden_size,
  depth: given.num_hidden_layers,
  heads: given.num_attention_heads,
  intermediate: given.intermediate_size,
  activation: given.hidden_act,
  dropout: given.hidden_dropout_prob,
  attentionDropout: given.attention_probs_dropout_prob,
  classifierDropout: given.classifier_dropout,
  positions: given.max_position_embeddings,
  types: given.type_vocab_size,
  eps: given.layer_norm_eps,
  deviation: given.initializer_range,
});

/** Names that layer norms had in BERT's first files. */
const todays = (key: string): string =>
  key.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');

/**
 * Where keys go: those of the body also without the prefix, as a network without a classifier has them, and with the names of old.
 *
 * @param parts  the body's modules
 * @param head  modules beside it
 */
export const textKeys = (prefix: string, parts: readonly string[], head: readonly string[]): Renaming[] => [
  {
    from: new RegExp(String.raw`^(?:${prefix}\.)?((?:${parts.join('|')})\.(?!position_ids$).+)$`),
    to: (_, rest) => `${prefix}.${todays(rest ?? '')}`,
  },
  { from: new RegExp(String.raw`^(${head.join('|')})\.`), to: '$1.' },
];

/** Keys of ours are transformers'. */
export const sameNames: readonly Naming[] = [{ from: /^/, to: '' }];

/** An encoder of ours as a config; null where a program changed its activation. */
export function encoderSettings(
  { word_embeddings: words, position_embeddings, token_type_embeddings, LayerNorm, dropout }: Embeddings,
  layers: Iterable<EncoderLayer>,
  { dropout: ofClassifier, deviation }: { readonly dropout: nn.Dropout; readonly deviation: number },
): Readonly<Record<string, unknown>> | null {
  const [first, ...others] = layers;
  const act = first && activationName(first.intermediate.intermediate_act_fn);
  if (!first || !act) return null;
  return {
    vocab_size: words.numEmbeddings,
    hidden_size: words.embeddingDim,
    num_hidden_layers: others.length + 1,
    num_attention_heads: first.attention.self.heads,
    intermediate_size: first.intermediate.dense.outFeatures,
    hidden_act: act,
    hidden_dropout_prob: dropout.p,
    attention_probs_dropout_prob: first.attention.self.dropout.p,
    classifier_dropout: ofClassifier.p === dropout.p ? null : ofClassifier.p,
    max_position_embeddings: position_embeddings.numEmbeddings,
    type_vocab_size: token_type_embeddings.numEmbeddings,
    layer_norm_eps: LayerNorm.eps,
    initializer_range: deviation,
    pad_token_id: words.paddingIdx,
    position_embedding_type: 'absolute',
  };
}

export const bert = defineTextFamily({
  architectures: ['BertForSequenceClassification'],
  bases: ['BertModel', 'BertForMaskedLM', 'BertForPreTraining'],
  config: z
    .object({
      vocab_size: count(30_522),
      pad_token_id: padding.none.default(0),
      ...encoderConfig,
    })
    .refine(
      ({ hidden_size: width, num_attention_heads: heads }) => width % heads === 0,
      dividesIntoHeads('hidden_size', 'num_attention_heads'),
    )
    .refine(({ pad_token_id: pads, vocab_size: words }) => (pads ?? 0) < words, isKnown),
  keys: textKeys('bert', ['embeddings', 'encoder', 'pooler'], ['classifier']),
  names: sameNames,
  express(model) {
    if (model.constructor !== Bert) return null;
    const { bert, dropout, deviation } = model as Bert;
    const settings = encoderSettings(bert.embeddings, bert.encoder.layer, { dropout, deviation });
    return settings && { architecture: 'BertForSequenceClassification', settings };
  },
  takes: (given) => ({
    kind: 'texts',
    vocabulary: given.vocab_size,
    positions: given.max_position_embeddings,
    types: given.type_vocab_size,
  }),
  create: (given, options) =>
    new Bert({
      ...encoderOptions(given),
      vocabulary: given.vocab_size,
      padding: given.pad_token_id,
      ...options,
    }),
});
