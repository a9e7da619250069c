/** A tokenizer's files as a model folder has them. */
import { type Component, type Config, type Definition, tokenIn } from './definition.ts';

/** The class by which transformers makes the same tokenizer: it makes those of BERT and RoBERTa anew from the vocabulary, and others as `tokenizer.json` has them. */
function classOf({ normalizer, pre_tokenizer, post_processor }: Definition, usesTypes: boolean): string {
  if (normalizer?.type === 'BertNormalizer' && pre_tokenizer?.type === 'BertPreTokenizer')
    return usesTypes ? 'BertTokenizer' : 'DistilBertTokenizer';
  if (pre_tokenizer?.type === 'ByteLevel' && post_processor?.type === 'RobertaProcessing')
    return 'RobertaTokenizer';
  return 'PreTrainedTokenizerFast';
}

/** Settings of which transformers makes BERT's anew. */
const settingsOf = (normalizer: Component | null, pre: Component | null): Config => ({
  ...(normalizer?.type === 'BertNormalizer' && {
    do_lower_case: normalizer.lowercase,
    strip_accents: normalizer.strip_accents,
    tokenize_chinese_chars: normalizer.handle_chinese_chars,
  }),
  ...(pre?.type === 'ByteLevel' && { add_prefix_space: pre.add_prefix_space }),
});

/** Special tokens by the names that they usually have. */
const usual: Readonly<Record<string, readonly string[]>> = {
  pad_token: ['[PAD]', '<pad>'],
  unk_token: ['[UNK]', '<unk>'],
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  mask_token: ['[MASK]', '<mask>'],
  bos_token: ['<s>', '<|endoftext|>'],
  eos_token: ['</s>', '<|endoftext|>'],
};

function specialTokensOf({ added_tokens }: Definition, config: Config): Config {
  const special = new Set(added_tokens.map(({ content }) => content));
  return Object.fromEntries(
    Object.entries(usual).flatMap(([key, names]) => {
      const name = tokenIn(config, key) ?? names.find((one) => special.has(one));
      return name === undefined ? [] : [[key, name]];
    }),
  );
}

/** Texts of `tokenizer.json` and `tokenizer_config.json`. A config that says no `model_max_length` gets 512, as BERT and RoBERTa have it. */
export function exported(
  json: Definition,
  config: Config,
  usesTypes: boolean,
): Readonly<Record<string, string>> {
  const written = {
    model_max_length: 512,
    ...config,
    ...specialTokensOf(json, config),
    ...settingsOf(json.normalizer, json.pre_tokenizer),
    model_input_names: ['input_ids', ...(usesTypes ? ['token_type_ids'] : []), 'attention_mask'],
    tokenizer_class: classOf(json, usesTypes),
  };
  const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'tokenizer.json': text({ version: '1.0', ...json, truncation: null, padding: null }),
    'tokenizer_config.json': text(written),
  };
}
