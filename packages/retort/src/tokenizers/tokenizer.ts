/** Text as tokens: Hugging Face's tokenizers in JavaScript make them; special tokens, truncation and types are ours. */
import { createHash } from 'node:crypto';
import { type Config, type Definition, tokenIn, tokenNumbers } from './definition.ts';
import { TokenizerError } from './error.ts';
import { exported } from './exported.ts';
import { modelOf } from './model.ts';
import { isLocal, stretches } from './stretches.ts';
import { type Piece, specialTokens, type Template, templateOf } from './template.ts';
import { truncated } from './truncation.ts';

/** One sample: its tokens with the special ones, cut, and not padded. */
export interface Encoded {
  readonly tokens: Int32Array;
  /** Of each token, which text it is of: 0 or 1. */
  readonly types: Int32Array;
}

/** By which numbers are padded: the padding token's, or that of the end, or 0, where there is none. */
function paddingOf(config: Config, numbers: ReadonlyMap<string, number>): number {
  const names = [
    tokenIn(config, 'pad_token'),
    '[PAD]',
    '<pad>',
    tokenIn(config, 'eos_token'),
    '<|endoftext|>',
  ];
  for (const name of names) {
    const number = name === null ? undefined : numbers.get(name);
    if (number !== undefined) return number;
  }
  return 0;
}

const hasTypes = ({ pair }: Template, { model_input_names: names }: Config): boolean =>
  pair.some(({ type }) => type !== 0) && !(Array.isArray(names) && !names.includes('token_type_ids'));

/** The same JSON for the same content, in whatever order its keys are. */
const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]);

/** Settings that change tokens, and that are not followed. */
const others = ['remove_space', 'do_lowercase_and_remove_accent', 'split_special_tokens'];

function checkConfig(config: Config): void {
  const set = others.find((key) => config[key] === true);
  if (set) throw new TokenizerError(`tokenizer_config.json says ${set}, which Retort does not do`);
  if (config.truncation_side === 'left')
    throw new TokenizerError(
      "tokenizer_config.json says truncation_side: 'left', and Retort cuts texts on the right",
    );
}

/** See the head of the file; `openTokenizer` makes one. */
export class Tokenizer {
  /** Where it was read, for messages. */
  readonly place: string;
  /** Of all by which tokens are made: the same for a copy elsewhere, another one where any token could be another. */
  readonly fingerprint: string;
  /** The largest number of a token, and 1. */
  readonly vocabulary: number;
  /** The number of the padding token. */
  readonly padding: number;
  /** Whether a second text has types of its own. */
  readonly usesTypes: boolean;
  /** How many tokens its config says that a network takes; null where it says none, or as good as any. */
  readonly maxLength: number | null;
  readonly #json: Definition;
  readonly #config: Config;
  readonly #model: (text: string) => readonly number[];
  readonly #template: Template;
  readonly #isLocal: boolean;

  /** @throws TokenizerError for kinds of tokenizers that are not read */
  constructor(place: string, json: Definition, config: Config) {
    this.place = place;
    this.#json = json;
    this.#config = config;
    try {
      checkConfig(config);
      this.#model = modelOf(json);
      this.#template = templateOf(json.post_processor);
    } catch (error) {
      if (!(error instanceof TokenizerError)) throw error;
      throw new TokenizerError(`${place}: ${error.message}`, { cause: error });
    }
    this.#isLocal = isLocal(json);
    const { model_max_length: most } = config;
    this.maxLength = Number.isSafeInteger(most) ? Number(most) : null;
    const numbers = tokenNumbers(json);
    this.vocabulary = 1 + [...numbers.values()].reduce((most, number) => Math.max(most, number), 0);
    this.padding = paddingOf(config, numbers);
    this.usesTypes = hasTypes(this.#template, config);
    const { added_tokens, normalizer, pre_tokenizer, post_processor, model } = json;
    this.fingerprint = createHash('sha256')
      .update(
        JSON.stringify([
          sorted({ added_tokens, normalizer, pre_tokenizer, post_processor, model }),
          this.padding,
          this.usesTypes,
        ]),
      )
      .digest('hex');
  }

  /**
   * The tokens of a text, or of two, with the special tokens around them.
   *
   * @param maxLength  tokens at most, the special ones counted. Of two texts the longer one is cut, as `truncated` says
   * @throws TokenizerError where there is no room for a token of each text, and for one that is no text of words
   * @example tokenizer.encode('A fine film.', null, 128).tokens // [101, 1037, 2986, 2143, 1012, 102]
   */
  encode(text: string, pair: string | null, maxLength: number): Encoded {
    const pieces = pair === null ? this.#template.single : this.#template.pair;
    const room = maxLength - specialTokens(pieces);
    const texts = pair === null ? [text] : [text, pair];
    if (!(room >= texts.length))
      throw new TokenizerError(
        `${this.place}: at most ${maxLength} tokens are to be made, and there must be at least ${maxLength - room + texts.length}: ${maxLength - room} special ones, and one of each text`,
      );
    // Which of two is the longer one is only known when both are tokenized whole.
    const enough = pair === null ? room : Number.POSITIVE_INFINITY;
    const [first = [], second = []] = texts.map((one) => this.#tokens(one, enough));
    const [ofFirst, ofSecond] = truncated(first.length, second.length, room);
    return filled(pieces, first.slice(0, ofFirst), second.slice(0, ofSecond), this.usesTypes);
  }

  /** The first tokens of a text, `enough` of them or more where there are so many. */
  #tokens(text: string, enough: number): readonly number[] {
    const found: number[] = [];
    for (const stretch of stretches(text, this.#isLocal)) {
      for (const number of this.#model(stretch)) found.push(number);
      if (found.length >= enough) break;
    }
    return found;
  }

  /** By which renderings are compared. */
  toJSON(): unknown {
    return { fingerprint: this.fingerprint };
  }

  /** `tokenizer.json` and `tokenizer_config.json` as a model folder has them, by which `AutoTokenizer` of transformers and of transformers.js makes the same tokens. */
  files(): Readonly<Record<string, string>> {
    return exported(this.#json, this.#config, this.usesTypes);
  }
}

function filled(
  pieces: readonly Piece[],
  first: readonly number[],
  second: readonly number[],
  usesTypes: boolean,
): Encoded {
  const tokens: number[] = [];
  const types: number[] = [];
  for (const piece of pieces) {
    const more = 'token' in piece ? [piece.token] : piece.text === 'A' ? first : second;
    for (const token of more) {
      tokens.push(token);
      types.push(usesTypes ? piece.type : 0);
    }
  }
  return { tokens: Int32Array.from(tokens), types: Int32Array.from(types) };
}
