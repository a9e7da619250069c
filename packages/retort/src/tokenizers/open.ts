/** Tokenizers of files: `tokenizer.json`, `vocab.txt`, or `vocab.json` with `merges.txt`. */
import fs from 'node:fs';
import path from 'node:path';
import { readText } from '../system/text-file.ts';
import { oneLine } from '../words/shown.ts';
import { configIn } from './beside.ts';
import { byteLevel } from './byte-level.ts';
import { type Config, type Definition, definitionIn, withAddedTokens } from './definition.ts';
import { TokenizerError } from './error.ts';
import { Tokenizer } from './tokenizer.ts';
import { wordPiece } from './word-piece.ts';

/** Bytes of a file; the largest vocabularies have 30 million. */
const most = 256 << 20;

function textOf(file: string): string {
  const read = readText(file, most);
  if ('text' in read) return read.text;
  const line = read.line === undefined ? '' : `, line ${read.line}`;
  throw new TokenizerError(`${file}${line}: it cannot be read: ${read.wrong}`);
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(textOf(file).replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TokenizerError(`${file} is not JSON: ${oneLine(error.message)}`, { cause: error });
  }
}

/** What of its tokenizer transformers makes anew from the config: in lower case and so on where that does not say otherwise. */
const bertSettings = ({ do_lower_case, strip_accents, tokenize_chinese_chars }: Config) => ({
  lowercase: do_lower_case !== false,
  strip_accents: typeof strip_accents === 'boolean' ? strip_accents : null,
  handle_chinese_chars: tokenize_chinese_chars !== false,
});

/** The same of what the config says only, where nothing says which class of transformers reads it. */
const saidSettings = ({ do_lower_case, strip_accents, tokenize_chinese_chars }: Config) => ({
  ...(typeof do_lower_case === 'boolean' && { lowercase: do_lower_case }),
  ...(typeof strip_accents === 'boolean' && { strip_accents }),
  ...(typeof tokenize_chinese_chars === 'boolean' && { handle_chinese_chars: tokenize_chinese_chars }),
});

/** What the classes of transformers for BERT and RoBERTa take from the config goes before what `tokenizer.json` says; other classes leave that as it is. */
function settled(json: Definition, config: Config): Definition {
  const { tokenizer_class: named } = config;
  const { normalizer, pre_tokenizer: part } = json;
  const isOf = (family: RegExp): boolean => typeof named === 'string' && family.test(named);
  if (normalizer?.type === 'BertNormalizer' && (named === undefined || isOf(/^(Distil)?BertTokenizer/))) {
    const settings = named === undefined ? saidSettings(config) : bertSettings(config);
    return { ...json, normalizer: { ...normalizer, ...settings } };
  }
  if (part?.type === 'ByteLevel' && isOf(/^RobertaTokenizer/))
    return { ...json, pre_tokenizer: { ...part, add_prefix_space: config.add_prefix_space === true } };
  return json;
}

/** What is read of a folder's files, the first that is there. */
const kinds = ['tokenizer.json', 'vocab.txt', 'vocab.json'];

/** Whether a folder has files of a tokenizer. */
export const hasTokenizer = (folder: string): boolean =>
  kinds.some((name) => fs.existsSync(path.join(folder, name)));

/** The file by which a place is read. @throws TokenizerError where there is none */
function fileAt(place: string): string {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (!stat) throw new TokenizerError(`there is no tokenizer at ${place}: there is no such file or folder`);
  if (!stat.isDirectory())
    return path.basename(place) === 'merges.txt' ? path.join(path.dirname(place), 'vocab.json') : place;
  const found = kinds.map((name) => path.join(place, name)).find((file) => fs.existsSync(file));
  if (found === undefined)
    throw new TokenizerError(
      `${place} has no tokenizer: that is tokenizer.json, or vocab.txt (BERT), or vocab.json and merges.txt (RoBERTa, GPT-2)`,
    );
  return found;
}

/** Whether an object of JSON is a tokenizer and no vocabulary, which may have a token `model`. */
const hasModel = (found: unknown): boolean =>
  typeof found === 'object' && found !== null && 'model' in found && typeof found.model === 'object';

function definitionOf(file: string, config: Config): Definition {
  if (!/\.json$/i.test(file)) return wordPiece(file, textOf(file), config);
  const found = jsonOf(file);
  if (path.basename(file) === 'tokenizer.json' || hasModel(found))
    return settled(definitionIn(file, found), config);
  const merges = path.join(path.dirname(file), 'merges.txt');
  if (!fs.existsSync(merges))
    throw new TokenizerError(
      `${file} is a vocabulary, and ${merges}, by which words are put together, is not beside it`,
    );
  return byteLevel({ vocab: file, merges }, { vocab: found, merges: textOf(merges) }, config);
}

/**
 * The tokenizer of a model folder, or of a file: `tokenizer.json`, a bare `vocab.txt` of BERT's, or `vocab.json` with `merges.txt` beside it; with what
 * `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` beside it say.
 *
 * Its tokens are those of Hugging Face's tokenizers, but for characters that Unicode has got since their tables were made (2016, of accents and punctuation), where the two may differ.
 *
 * @throws TokenizerError with the file and what is wrong with it
 * @example const tokenizer = openTokenizer('bert-base-uncased');
 */
export function openTokenizer(place: string): Tokenizer {
  const file = fileAt(place);
  const config = configIn(path.dirname(file), jsonOf);
  return new Tokenizer(place, withAddedTokens(place, definitionOf(file, config), config), config);
}
