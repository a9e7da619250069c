/** What the files beside a vocabulary say of its tokens, those of earlier releases of transformers among them. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Config, tokenIn } from './definition.ts';
import { TokenizerError } from './error.ts';

/** Reads a file as JSON. @throws TokenizerError where it is none */
export type ReadJson = (file: string) => unknown;

const config = 'tokenizer_config.json';
const specialTokens = 'special_tokens_map.json';
const addedTokens = 'added_tokens.json';

/** The classes that `AutoTokenizer` takes where nothing names one, by the `model_type` of the network beside it. */
const usualClasses: Readonly<Record<string, string>> = {
  bert: 'BertTokenizer',
  distilbert: 'DistilBertTokenizer',
  roberta: 'RobertaTokenizer',
};

/** An object of JSON; nothing where there is no such file. @throws TokenizerError for what is none */
function objectIn(folder: string, name: string, what: string, readJson: ReadJson): Config {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) return {};
  const found = readJson(file);
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new TokenizerError(`${file} is no object of ${what}`);
  return found as Config;
}

const numbers = z.record(z.string().min(1), z.int().min(0));

const keys = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`);

/** Tokens by their numbers, as `added_tokens_decoder` has them. @throws TokenizerError for what are none */
function decoderOf(folder: string, found: Config, said: Config): Config {
  const { success, data } = numbers.safeParse(found);
  if (!success)
    throw new TokenizerError(
      `${path.join(folder, addedTokens)} is not as it must be: an object of tokens, each with its number`,
    );
  const named = new Set(keys.map((key) => tokenIn(said, key)));
  return Object.fromEntries(
    Object.entries(data).map(([content, number]) => {
      const special = named.has(content);
      return [number, { content, special, normalized: !special }];
    }),
  );
}

/** The class of transformers that makes its tokens, as its config says it, or as its network's does. */
function classIn(folder: string, said: Config, readJson: ReadJson): Config {
  if (typeof said.tokenizer_class === 'string') return {};
  const network = objectIn(folder, 'config.json', 'settings', readJson);
  const { tokenizer_class: named, model_type: type } = network;
  if (typeof named === 'string') return { tokenizer_class: named };
  return typeof type === 'string' && Object.hasOwn(usualClasses, type)
    ? { tokenizer_class: usualClasses[type] }
    : {};
}

/**
 * `tokenizer_config.json`, and where that does not say all tokens itself (`added_tokens_decoder`), those of `special_tokens_map.json` and
 * `added_tokens.json`; with the class of transformers that makes them.
 *
 * @throws TokenizerError for a file that is not as it must be
 */
export function configIn(folder: string, readJson: ReadJson): Config {
  const own = objectIn(folder, config, 'settings', readJson);
  const classed = { ...own, ...classIn(folder, own, readJson) };
  if (own.added_tokens_decoder !== undefined) return classed;
  const said = { ...classed, ...objectIn(folder, specialTokens, 'special tokens', readJson) };
  const added = decoderOf(folder, objectIn(folder, addedTokens, 'tokens', readJson), said);
  return Object.keys(added).length === 0 ? said : { ...said, added_tokens_decoder: added };
}
