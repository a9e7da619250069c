/** What a tokenizer is, as Hugging Face's `tokenizer.json` and `tokenizer_config.json` say it. */
import { z } from 'zod';
import { TokenizerError } from './error.ts';

/** A part of `tokenizer.json`, of one of the kinds that there are. */
const component = z.looseObject({ type: z.string() });

export type Component = z.output<typeof component>;

const addedToken = z.looseObject({
  id: z.int().min(0),
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(false),
  special: z.boolean().default(false),
});

export type AddedToken = z.output<typeof addedToken>;

/** Tokens, each with its number. */
export const numbers = z.record(z.string(), z.int().min(0));

const definition = z.looseObject({
  added_tokens: z.array(addedToken).default([]),
  normalizer: component.nullable().default(null),
  pre_tokenizer: component.nullable().default(null),
  post_processor: component.nullable().default(null),
  decoder: component.nullable().default(null),
  model: z.looseObject({ type: z.string().optional(), unk_token: z.string().nullish(), vocab: numbers }),
});

/** `tokenizer.json`, with nothing left out that is read of it. */
export type Definition = z.output<typeof definition>;

/** `tokenizer_config.json`. */
export type Config = Readonly<Record<string, unknown>>;

const models = ['WordPiece', 'BPE'];

/** @param whose  as the sentence begins @throws TokenizerError for a kind of model that is not read */
export function refuseKind(whose: string, type: string): void {
  if (models.includes(type)) return;
  throw new TokenizerError(
    `${whose} model is of the kind ${type}, which Retort does not read; it reads ${models.join(' and ')}, which BERT, DistilBERT, RoBERTa and GPT-2 have`,
  );
}

/** Of a model of another kind, whose vocabulary is of another form. */
const kindSaid = z.looseObject({ model: z.looseObject({ type: z.string() }) });

/** @throws TokenizerError where it is none */
export function definitionIn(file: string, found: unknown): Definition {
  const { success, data, error } = definition.safeParse(found);
  if (success) return data;
  const said = kindSaid.safeParse(found);
  if (said.success) refuseKind(`${file}: its`, said.data.model.type);
  const [issue] = error.issues;
  const at = issue?.path.join('.') || 'all of it';
  throw new TokenizerError(
    `${file} is no tokenizer as Hugging Face's tokenizers library writes them: ${at} is not as it must be (${issue?.message ?? ''})`,
  );
}

/**
 * The parts of a sequence, or the one that there is.
 *
 * @param what  for messages
 * @param key  by which a sequence has its parts
 */
export function componentsIn(what: string, one: Component, key: string): readonly Component[] {
  if (one.type !== 'Sequence') return [one];
  const { success, data } = z.array(component).safeParse(one[key]);
  if (!success) throw new TokenizerError(`its ${what} is a Sequence, and ${key} is no list of parts`);
  return data.flatMap((inner) => componentsIn(what, inner, key));
}

/** A special token that a config names: text, or an object with its `content`; null where it names none. @example tokenIn({ pad_token: '[PAD]' }, 'pad_token') // '[PAD]' */
export function tokenIn(config: Config, key: string): string | null {
  const said = config[key];
  if (typeof said === 'string') return said;
  if (typeof said === 'object' && said !== null && 'content' in said && typeof said.content === 'string')
    return said.content;
  return null;
}

/** The number of each token: those of the model, then those that were added. */
export const tokenNumbers = ({ model, added_tokens }: Definition): ReadonlyMap<string, number> =>
  new Map([
    ...Object.entries(model.vocab),
    ...added_tokens.map(({ content, id }): [string, number] => [content, id]),
  ]);

const decoders = z.record(z.string().regex(/^\d+$/), addedToken.omit({ id: true }));

/**
 * The same with the tokens that only the config adds.
 *
 * @throws TokenizerError where these are not as they must be
 */
export function withAddedTokens(place: string, json: Definition, config: Config): Definition {
  if (config.added_tokens_decoder === undefined) return json;
  const { success, data } = decoders.safeParse(config.added_tokens_decoder);
  if (!success)
    throw new TokenizerError(
      `${place}: added_tokens_decoder of its tokenizer_config.json is not as it must be: tokens by their numbers, each with its content`,
    );
  const known = new Set(json.added_tokens.map(({ content }) => content));
  const more = Object.entries(data)
    .filter(([, { content }]) => !known.has(content))
    .map(([id, token]) => ({ ...token, id: Number(id) }));
  return more.length === 0 ? json : { ...json, added_tokens: [...json.added_tokens, ...more] };
}
