/** Words as tokens, by the models of `@huggingface/tokenizers`, which also finds tokens that were added in a text. */
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { type AddedToken, type Definition, refuseKind } from './definition.ts';
import { TokenizerError } from './error.ts';
import { type Normalize, normalizerOf } from './normalizer.ts';
import { type Part, preTokenizerOf } from './pre-tokenizer.ts';

/** What is used of the library's tokenizer. */
interface Inner {
  normalizer: Normalize | null;
  pre_tokenizer: Part | null;
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: readonly number[] };
}

/** Settings of BPE that change its tokens, as byte-level BPE leaves them. */
const plain = ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix', 'byte_fallback'];

function checkModel({ model, added_tokens }: Definition): void {
  const { type = 'merges' in model ? 'BPE' : 'WordPiece', unk_token, vocab } = model;
  refuseKind('its', type);
  const set = type === 'BPE' ? plain.find((key) => model[key]) : undefined;
  if (set !== undefined)
    throw new TokenizerError(`its BPE has ${set} ${JSON.stringify(model[set])}, and byte-level BPE has none`);
  if (type === 'WordPiece' && (typeof unk_token !== 'string' || !Object.hasOwn(vocab, unk_token)))
    throw new TokenizerError(
      `its vocabulary has no ${unk_token ?? 'unk_token'}, which stands for words that are not in it`,
    );
  const single = added_tokens.find((token) => token.single_word);
  if (single)
    throw new TokenizerError(
      `its added token '${single.content}' is found as a single word only (single_word), which Retort does not do`,
    );
}

/** Tokens that are looked for in the text as it was normalized, as that has them. */
const normalizedBy =
  (normalize: Normalize | null) =>
  (token: AddedToken): AddedToken =>
    token.normalized && normalize ? { ...token, content: normalize(token.content) } : token;

/**
 * What makes tokens of a text, without special tokens around them.
 *
 * @throws TokenizerError for kinds that are not read
 */
export function modelOf(json: Definition): (text: string) => readonly number[] {
  checkModel(json);
  const normalize = normalizerOf(json.normalizer);
  const part = preTokenizerOf(json.pre_tokenizer);
  try {
    const inner: Inner = new Library(
      {
        ...json,
        added_tokens: json.added_tokens.map(normalizedBy(normalize)),
        normalizer: normalize && { type: 'Sequence', normalizers: [] },
        pre_tokenizer: null,
        post_processor: null,
        decoder: null,
      },
      {},
    );
    // Its own answer otherwise than Hugging Face's on sigmas at a word's end, Chinese characters beyond U+FFFF, and some spaces.
    inner.normalizer = normalize;
    inner.pre_tokenizer = part;
    return (text) => inner.encode(text, { add_special_tokens: false }).ids;
  } catch (error) {
    throw new TokenizerError(`it cannot be made: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
