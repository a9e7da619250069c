/** WordPiece as BERT has it, from a bare `vocab.txt`: a token a line, its number the line's. */
import { quoted } from '../words/listed.ts';
import { type AddedToken, type Config, type Definition, tokenIn } from './definition.ts';
import { TokenizerError } from './error.ts';

/** Tokens that every sentence needs, by their keys in a config, and as BERT calls them. */
const special = {
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[MASK]',
} as const;

/** The special token as it is; it is found in text before anything else is done with that. */
export const specialToken = (content: string, id: number, lstrip = false): AddedToken => ({
  id,
  content,
  single_word: false,
  lstrip,
  rstrip: false,
  normalized: false,
  special: true,
});

function vocabularyIn(text: string): Record<string, number> {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return Object.fromEntries(lines.map((token, number) => [token, number]));
}

/**
 * What BERT does with a text: cleaned, lower case and without accents unless the config says `do_lower_case: false`, parted at spaces and punctuation,
 * words in pieces; `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`.
 *
 * @throws TokenizerError where the vocabulary lacks a special token
 */
export function wordPiece(file: string, text: string, config: Config): Definition {
  const vocab = vocabularyIn(text);
  const named = Object.fromEntries(
    Object.entries(special).map(([key, usual]) => [key, tokenIn(config, key) ?? usual]),
  ) as Record<keyof typeof special, string>;
  const isThere = (token: string): boolean => Object.hasOwn(vocab, token);
  const needed = [named.pad_token, named.unk_token, named.cls_token, named.sep_token];
  const missing = needed.filter((token) => !isThere(token));
  if (missing.length > 0)
    throw new TokenizerError(
      `${file} has no ${quoted(missing)}: it is the vocabulary of no BERT, which has a token a line, ${quoted(needed)} among them; where they are called otherwise, tokenizer_config.json beside it says so`,
    );
  const numberOf = (token: string): number => vocab[token] ?? 0;
  const [cls, sep] = [named.cls_token, named.sep_token].map((token) => (type_id: number): object => ({
    SpecialToken: { id: token, type_id },
  }));
  const sequence = (id: 'A' | 'B', type_id: number): object => ({ Sequence: { id, type_id } });
  const single = [cls?.(0), sequence('A', 0), sep?.(0)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.values(named)
      .filter(isThere)
      .map((token) => specialToken(token, numberOf(token))),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.tokenize_chinese_chars !== false,
      strip_accents: typeof config.strip_accents === 'boolean' ? config.strip_accents : null,
      lowercase: config.do_lower_case !== false,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, sequence('B', 1), sep?.(1)],
      special_tokens: Object.fromEntries(
        [named.cls_token, named.sep_token].map((token) => [
          token,
          { id: token, ids: [numberOf(token)], tokens: [token] },
        ]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: named.unk_token,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}
