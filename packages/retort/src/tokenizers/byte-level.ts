/** Byte-level BPE as GPT-2 and RoBERTa have it, from `vocab.json` and `merges.txt`. */
import { cut, oneLine } from '../words/shown.ts';
import {
  type AddedToken,
  type Component,
  type Config,
  type Definition,
  numbers,
  tokenIn,
} from './definition.ts';
import { TokenizerError } from './error.ts';
import { specialToken } from './word-piece.ts';

/** Pairs of tokens in the order in which they are merged. @throws TokenizerError for a line that is no pair, or makes no token */
function mergesIn(file: string, text: string, vocab: Readonly<Record<string, number>>): [string, string][] {
  return text.split(/\r\n|\r|\n/).flatMap((line, i): [string, string][] => {
    if (line === '' || (i === 0 && line.startsWith('#version'))) return [];
    const [one, other, ...more] = line.split(' ');
    const where = `${file}, line ${i + 1}: '${oneLine(cut(line))}'`;
    if (!one || !other || more.length > 0)
      throw new TokenizerError(`${where} is no merge: it must be two tokens with a space between them`);
    for (const token of [one, other, one + other])
      if (!Object.hasOwn(vocab, token))
        throw new TokenizerError(
          `${where}: vocab.json has no '${oneLine(cut(token))}': the two files are not of one tokenizer`,
        );
    return [[one, other]];
  });
}

/** `<s> A </s>`, `<s> A </s></s> B </s>`. */
function roberta(
  file: string,
  vocab: Readonly<Record<string, number>>,
  config: Config,
): { added: AddedToken[]; processor: Component } {
  const named = (key: string, usual: string): string => tokenIn(config, key) ?? usual;
  const [cls, sep, pad, unknown, mask] = [
    named('cls_token', '<s>'),
    named('sep_token', '</s>'),
    named('pad_token', '<pad>'),
    named('unk_token', '<unk>'),
    named('mask_token', '<mask>'),
  ];
  const missing = [cls, sep, pad].filter((token) => vocab[token] === undefined);
  if (missing.length > 0)
    throw new TokenizerError(
      `${file} has no '${missing.join("', '")}', which the vocabulary of a RoBERTa has beside its other special tokens; where they are called otherwise, tokenizer_config.json beside it says so`,
    );
  const added = [cls, pad, sep, unknown, mask].flatMap((token) => {
    const number = vocab[token];
    return number === undefined ? [] : [specialToken(token, number, token === mask && isStripped(config))];
  });
  return {
    added,
    processor: {
      type: 'RobertaProcessing',
      sep: [sep, vocab[sep]],
      cls: [cls, vocab[cls]],
      trim_offsets: true,
      add_prefix_space: config.add_prefix_space === true,
    },
  };
}

/** Whether the config says that spaces before the mask token are a part of it. */
function isStripped({ mask_token }: Config): boolean {
  return typeof mask_token === 'object' && mask_token !== null && 'lstrip' in mask_token
    ? mask_token.lstrip === true
    : false;
}

/**
 * With RoBERTa's special tokens where its vocabulary has `<s>` and `</s>`, or else as GPT-2 has it: without any.
 *
 * @throws TokenizerError with the file, for a vocabulary or merges that are none, and for those that do not belong together
 */
export function byteLevel(
  files: { readonly vocab: string; readonly merges: string },
  { vocab: found, merges }: { readonly vocab: unknown; readonly merges: string },
  config: Config,
): Definition {
  const { success, data: vocab } = numbers.safeParse(found);
  if (!success)
    throw new TokenizerError(
      `${files.vocab} is no vocabulary: it must be an object of tokens, each with its number`,
    );
  const isRoberta =
    ['cls_token', 'sep_token'].some((key) => tokenIn(config, key) !== null) ||
    (Object.hasOwn(vocab, '<s>') && Object.hasOwn(vocab, '</s>'));
  const end = tokenIn(config, 'eos_token') ?? '<|endoftext|>';
  const { added, processor } = isRoberta
    ? roberta(files.vocab, vocab, config)
    : {
        added: Object.hasOwn(vocab, end) ? [specialToken(end, vocab[end] ?? 0)] : [],
        processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
      };
  const bytes = { type: 'ByteLevel', trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { ...bytes, add_prefix_space: config.add_prefix_space === true },
    post_processor: processor,
    decoder: { ...bytes, add_prefix_space: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: mergesIn(files.merges, merges, vocab),
    },
  };
}
