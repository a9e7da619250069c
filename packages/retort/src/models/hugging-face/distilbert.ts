/** transformers' `distilbert`: our keys are its own. The eps of its norms is in its code, and in no config. */
import { z } from 'zod';
import { DistilBert } from '../distilbert.ts';
import { activationName } from '../layers/texts.ts';
import { activation, dividesIntoHeads, isKnown, padding, sameNames, textKeys } from './bert.ts';
import { count, defineTextFamily, probability } from './family.ts';

const config = z
  .object({
    vocab_size: count(30_522),
    max_position_embeddings: count(512),
    // Values that positions begin with, which weights replace.
    sinusoidal_pos_embds: z.boolean().default(false),
    n_layers: count(6),
    n_heads: count(12),
    dim: count(768),
    hidden_dim: count(3072),
    dropout: probability.default(0.1),
    attention_dropout: probability.default(0.1),
    activation,
    initializer_range: z.number().positive().default(0.02),
    seq_classif_dropout: probability.default(0.2),
    pad_token_id: padding.none.default(0),
  })
  .refine(({ dim, n_heads: heads }) => dim % heads === 0, dividesIntoHeads('dim', 'n_heads'))
  .refine(({ pad_token_id: pads, vocab_size: words }) => (pads ?? 0) < words, isKnown);

export const distilbert = defineTextFamily({
  architectures: ['DistilBertForSequenceClassification'],
  bases: ['DistilBertModel', 'DistilBertForMaskedLM'],
  config,
  keys: textKeys('distilbert', ['embeddings', 'transformer'], ['pre_classifier', 'classifier']),
  names: sameNames,
  express(model) {
    if (model.constructor !== DistilBert) return null;
    const { distilbert, dropout, deviation } = model as DistilBert;
    const { word_embeddings: words, position_embeddings: positions } = distilbert.embeddings;
    const [first, ...others] = distilbert.transformer.layer;
    const act = first && activationName(first.ffn.activation);
    if (!first || !act) return null;
    return {
      architecture: 'DistilBertForSequenceClassification',
      settings: {
        vocab_size: words.numEmbeddings,
        max_position_embeddings: positions.numEmbeddings,
        sinusoidal_pos_embds: false,
        n_layers: others.length + 1,
        n_heads: first.attention.heads,
        dim: words.embeddingDim,
        hidden_dim: first.ffn.lin1.outFeatures,
        dropout: distilbert.embeddings.dropout.p,
        attention_dropout: first.attention.dropout.p,
        activation: act,
        initializer_range: deviation,
        seq_classif_dropout: dropout.p,
        pad_token_id: words.paddingIdx,
      },
    };
  },
  takes: (given) => ({
    kind: 'texts',
    vocabulary: given.vocab_size,
    positions: given.max_position_embeddings,
    types: 1,
  }),
  create: (given, options) =>
    new DistilBert({
      width: given.dim,
      depth: given.n_layers,
      heads: given.n_heads,
      intermediate: given.hidden_dim,
      activation: given.activation,
      dropout: given.dropout,
      attentionDropout: given.attention_dropout,
      classifierDropout: given.seq_classif_dropout,
      vocabulary: given.vocab_size,
      positions: given.max_position_embeddings,
      padding: given.pad_token_id,
      deviation: given.initializer_range,
      ...options,
    }),
});
