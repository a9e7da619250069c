/** How a text is parted into words, of which the model makes tokens: each kind as Hugging Face's tokenizers have it. */
import { type Component, componentsIn } from './definition.ts';
import { TokenizerError } from './error.ts';

export type Part = (text: string) => string[];

const bert = /[^\p{White_Space}\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu;

/** GPT-2's, with spaces as Unicode has them. */
const gpt2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** GPT-2's letters for bytes: those that print stand for themselves, the others for letters from U+0100. */
const letters: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode((byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173) ? byte : next++),
  );
})();

const encoder = new TextEncoder();

function inBytes(word: string): string {
  let found = '';
  for (const byte of encoder.encode(word)) found += letters[byte];
  return found;
}

const allOf =
  (pattern: RegExp): Part =>
  (text) =>
    text.match(pattern) ?? [];

function byteLevel({ add_prefix_space, use_regex }: Component): Part {
  const words = use_regex === false ? (text: string) => [text] : allOf(gpt2);
  return (text) => words(add_prefix_space === true && !text.startsWith(' ') ? ` ${text}` : text).map(inBytes);
}

const kinds: Readonly<Record<string, (component: Component) => Part>> = {
  BertPreTokenizer: () => allOf(bert),
  ByteLevel: byteLevel,
  Digits: ({ individual_digits }) => allOf(individual_digits === true ? /\p{N}|\P{N}+/gu : /\p{N}+|\P{N}+/gu),
  WhitespaceSplit: () => allOf(/\P{White_Space}+/gu),
};

/**
 * A pre-tokenizer of `tokenizer.json`, or those of a sequence, each on the words of the one before; null where there is none.
 *
 * @throws TokenizerError for a kind that is not read
 * @example preTokenizerOf({ type: 'BertPreTokenizer' })?.('a film.') // ['a', 'film', '.']
 */
export function preTokenizerOf(component: Component | null): Part | null {
  if (component === null) return null;
  const all = componentsIn('pre-tokenizer', component, 'pretokenizers').map((one) => {
    const make = Object.hasOwn(kinds, one.type) ? kinds[one.type] : undefined;
    if (!make)
      throw new TokenizerError(
        `its pre-tokenizer is of the kind ${one.type}, which Retort does not read; it reads ${Object.keys(kinds).join(', ')}`,
      );
    return make(one);
  });
  return (text) => all.reduce((words, part) => words.flatMap(part), [text]);
}
