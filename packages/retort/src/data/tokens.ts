/** Texts as networks are called with them: numbers of a vocabulary, padded to the longest of a batch. */
import { fromBytes, scope } from '@retort/torch';
import type { Inputs } from './batch.ts';
import { areTexts } from './columns.ts';
import { DataError, type Dataset } from './dataset.ts';
import { fieldsOf, type ReadColumns } from './sample.ts';

/** What of a tokenizer is needed to call a network: `Tokenizer` is one. */
export interface TextTokenizer {
  /** Of what it contains: another one where any number could differ. */
  readonly fingerprint: string;
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** The number of the token that stands where there is none. */
  readonly padding: number;
  /** Whether the tokens of a second text are told from those of the first. */
  readonly usesTypes: boolean;
  /** A text, or two, with special tokens, cut to `maxLength` of them, the longer of two first. */
  encode(
    text: string,
    pair: string | null,
    maxLength: number,
  ): { readonly tokens: Int32Array; readonly types: Int32Array };
  /** The files by which it is read again, as texts by their names. */
  files(): Readonly<Record<string, string>>;
  /** Its fingerprint, by which renderings are compared. */
  toJSON(): unknown;
}

/** How long a batch is: as its longest sample, or `maxLength` always. */
export type Padding = 'longest' | 'max';

/** How a network wants texts, with nothing left open. */
export interface TextRendering {
  readonly tokenizer: TextTokenizer;
  readonly maxLength: number;
  readonly padding: Padding;
}

/** The same as it may be said. */
export type GivenTextRendering = { readonly [Key in keyof TextRendering]?: TextRendering[Key] | undefined };

/** As of BERT fine-tuned on GLUE: tokens of a sample at most, special ones among them. */
export const defaultMaxLength = 128;

/** Of a pair as BERT has it: its special tokens, and one of each text. */
export const leastLength = 5;

/** The names of the fields that are texts, one or two. @throws DataError where there are more */
export function textFields({ name, fields }: Pick<Dataset, 'name' | 'fields'>): readonly string[] {
  const found = fieldsOf(fields, 'text');
  if (found.length > 2)
    throw new DataError(
      `${name} has ${found.length} texts to a sample, and networks take one or two of them`,
    );
  return found;
}

/**
 * How a side wants texts; two sides that agree are equal as JSON.
 *
 * @param name  of the data, as the sentence begins
 * @throws DataError where there is no tokenizer, or a length that is none
 */
export function fullTextRendering(name: string, given: GivenTextRendering = {}): TextRendering {
  const { tokenizer, maxLength = defaultMaxLength, padding = 'longest' } = given;
  if (!tokenizer)
    throw new DataError(
      `${name}: texts need a tokenizer, which a model folder has beside its weights; say which (\`input: { tokenizer: FOLDER }\`, with a tokenizer.json or a vocab.txt)`,
    );
  if (!Number.isInteger(maxLength) || maxLength < leastLength)
    throw new DataError(
      `${name}: texts are cut to ${maxLength} tokens, and that must be a whole number from ${leastLength}`,
    );
  return { tokenizer, maxLength, padding };
}

/** @throws DataError where the data gave no texts */
function textsIn(name: string, field: string, columns: ReadColumns): readonly string[] {
  const found = columns[field];
  if (found && areTexts(found)) return found;
  throw new DataError(`${name} gave no ${field}`);
}

/**
 * The texts of a batch as a network is called with them: `tokens` int64 [B, L], `mask` bool [B, L], true where there is one, and `types` int64 [B, L]
 * where its tokenizer tells two texts apart.
 *
 * @throws DataError where the data has not the texts that it says
 */
export function tokenised(
  data: Pick<Dataset, 'name' | 'fields'>,
  columns: ReadColumns,
  { tokenizer, maxLength, padding }: TextRendering,
): Inputs {
  const [first = '', second] = textFields(data);
  const texts = textsIn(data.name, first, columns);
  const pairs = second === undefined ? null : textsIn(data.name, second, columns);
  const encoded = texts.map((text, i) => tokenizer.encode(text, pairs?.[i] ?? null, maxLength));
  const longest = Math.max(...encoded.map(({ tokens }) => tokens.length));
  const length = padding === 'max' ? maxLength : longest;
  const shape = [encoded.length, length];
  const tokens = new BigInt64Array(encoded.length * length).fill(BigInt(tokenizer.padding));
  const types = new BigInt64Array(encoded.length * length);
  const mask = new Uint8Array(encoded.length * length);
  for (const [i, sample] of encoded.entries()) {
    const start = i * length;
    for (let at = 0; at < sample.tokens.length; at++) {
      tokens[start + at] = BigInt(sample.tokens[at] ?? 0);
      types[start + at] = BigInt(sample.types[at] ?? 0);
    }
    mask.fill(1, start, start + sample.tokens.length);
  }
  const bytes = ({ buffer }: BigInt64Array<ArrayBuffer>) => new Uint8Array(buffer);
  return scope(() => ({
    tokens: fromBytes(bytes(tokens), 'int64', shape),
    mask: fromBytes(mask, 'bool', shape),
    ...(tokenizer.usesTypes ? { types: fromBytes(bytes(types), 'int64', shape) } : {}),
  }));
}
