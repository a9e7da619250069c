/** How a network of texts wants them: its tokenizer found, and held against its words and its positions. */
import fs from 'node:fs';
import path from 'node:path';
import { defaultMaxLength, type Rendering } from '../data/index.ts';
import { type LoadOptions, modelFolder, type NetworkSpec, type TextClassifier } from '../models/index.ts';
import { hasTokenizer, openTokenizer, type Tokenizer } from '../tokenizers/index.ts';
import type { WantedInput } from './network.ts';

/** By how many words a vocabulary may be filled up, so that matrices are of round sizes. */
const filledUp = 128;

/** Where a tokenizer would lie: in the folder of a model or of a run. */
async function folderOf({ file, key }: NetworkSpec, read: LoadOptions): Promise<string | null> {
  if (file === null) return null;
  const folder = await modelFolder(file, key, read);
  if (folder !== null) return folder;
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ? file : path.dirname(file);
}

/** As it was written, or as it lies beside the weights. @throws RangeError where that is another than the weights were trained with, or is missing */
async function tokenizerOf(
  spec: NetworkSpec,
  wanted: WantedInput['tokenizer'],
  read: LoadOptions,
): Promise<Tokenizer | undefined> {
  if (typeof wanted === 'string') return openTokenizer(wanted);
  const folder = await folderOf(spec, read);
  const found = folder !== null && hasTokenizer(folder) ? openTokenizer(folder) : undefined;
  if (wanted === undefined || wanted.fingerprint === found?.fingerprint) return found;
  const cure = 'bring it back, or name it (`input: { tokenizer: FOLDER }`)';
  throw new RangeError(
    found
      ? `the tokenizer in ${folder} is another than the one that its network was trained with: ${cure}`
      : `there is no tokenizer in ${folder ?? '.'}, where its network was trained with one: ${cure}`,
  );
}

/** @throws RangeError for words that the network does not know, and for more of them than it has places */
export function refuseMisfit(
  name: string,
  { takes }: TextClassifier,
  tokenizer: Tokenizer,
  maxLength: number,
): void {
  const { place, vocabulary } = tokenizer;
  if (vocabulary > takes.vocabulary || takes.vocabulary - vocabulary >= filledUp)
    throw new RangeError(
      `${name} knows ${takes.vocabulary.toLocaleString('en')} tokens, and the tokenizer in ${place} has ${vocabulary.toLocaleString('en')}: it is that of another network; name its own (\`input: { tokenizer: FOLDER }\`)`,
    );
  if (maxLength > takes.positions)
    throw new RangeError(
      `${name} has ${takes.positions} positions, and samples are cut to ${maxLength} tokens: set input.maxLength to at most ${takes.positions}`,
    );
}

/**
 * How a network of texts wants them.
 *
 * @param asked  as a recipe and its weights say it
 * @returns  without a tokenizer where there is none beside it: then it is the other side's
 * @throws RangeError for a tokenizer that is not the network's, or is missing; TokenizerError for one that is none
 */
export async function textInput(
  name: string,
  model: TextClassifier,
  spec: NetworkSpec,
  asked: WantedInput = {},
  read: LoadOptions = {},
): Promise<Rendering> {
  const { tokenizer: wanted, padding = 'longest' } = asked;
  const { positions } = model.takes;
  const tokenizer = await tokenizerOf(spec, wanted, read);
  // Fewer than there are places for are said on purpose, as of a student that was exported.
  const said = tokenizer?.maxLength ?? positions;
  const { maxLength = said < positions ? said : Math.min(defaultMaxLength, positions) } = asked;
  if (tokenizer) refuseMisfit(name, model, tokenizer, maxLength);
  return { ...(tokenizer ? { tokenizer } : {}), maxLength, padding };
}
