/** transformers' `roberta`: our keys are its own. */
import { z } from 'zod';
import { Roberta } from '../roberta.ts';
import {
  dividesIntoHeads,
  encoderConfig,
  encoderOptions,
  encoderSettings,
  isKnown,
  padding,
  sameNames,
  textKeys,
} from './bert.ts';
import { count, defineTextFamily } from './family.ts';

const config = z
  .object({ vocab_size: count(50_265), pad_token_id: padding.always.default(1), ...encoderConfig })
  .refine(({ max_position_embeddings: rows, pad_token_id: pads }) => rows > pads + 1, {
    path: ['max_position_embeddings'],
    error: 'must be larger than pad_token_id + 1, from which positions are counted',
  })
  .refine(
    ({ hidden_size: width, num_attention_heads: heads }) => width % heads === 0,
    dividesIntoHeads('hidden_size', 'num_attention_heads'),
  )
  .refine(({ pad_token_id: pads, vocab_size: words }) => pads < words, isKnown);

export const roberta = defineTextFamily({
  architectures: ['RobertaForSequenceClassification'],
  bases: ['RobertaModel', 'RobertaForMaskedLM'],
  config,
  // Where a network has no classifier, it may have a pooler, which one with a classifier has not.
  keys: textKeys('roberta', ['embeddings', 'encoder'], ['classifier']),
  names: sameNames,
  express(model) {
    if (model.constructor !== Roberta) return null;
    const { roberta, classifier, deviation } = model as Roberta;
    const { dropout } = classifier;
    const settings = encoderSettings(roberta.embeddings, roberta.encoder.layer, { dropout, deviation });
    return settings && { architecture: 'RobertaForSequenceClassification', settings };
  },
  takes: (given) => ({
    kind: 'texts',
    vocabulary: given.vocab_size,
    positions: given.max_position_embeddings - given.pad_token_id - 1,
    types: given.type_vocab_size,
  }),
  create: (given, options) =>
    new Roberta({
      ...encoderOptions(given),
      vocabulary: given.vocab_size,
      padding: given.pad_token_id,
      ...options,
    }),
});
