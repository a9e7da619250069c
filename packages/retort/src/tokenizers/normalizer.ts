/** What is done with a text before it is parted into words: each kind as Hugging Face's tokenizers have it. */
import { type Component, componentsIn } from './definition.ts';
import { TokenizerError } from './error.ts';

export type Normalize = (text: string) => string;

const ascii = /^[ -~]*$/;

/** Of control and format characters, private ones and halves of pairs, those that are no spaces; and what stands for bytes that were none. */
const unclean = /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]--[\t\n\r]]/gv;

/** Chinese characters, as BERT's authors list them: U+2B820 to U+2B91F are not among them. */
const chinese =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** A letter by itself: JavaScript writes a sigma at a word's end otherwise. */
const lowercased: Normalize = (text) => text.replaceAll('Σ', 'σ').toLowerCase();

/** As BERT's authors do: clean, with spaces around Chinese characters, without accents, in lower case. */
function bert({ clean_text, handle_chinese_chars, strip_accents, lowercase }: Component): Normalize {
  return (text) => {
    if (ascii.test(text)) return lowercase ? text.toLowerCase() : text;
    let found = text;
    if (clean_text) found = found.replace(unclean, '').replace(/\s/g, ' ');
    if (handle_chinese_chars) found = found.replace(chinese, ' $& ');
    if (strip_accents ?? lowercase) found = found.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lowercase ? lowercased(found) : found;
  };
}

const unicode = (form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD') => (): Normalize => (text) => text.normalize(form);

const kinds: Readonly<Record<string, (component: Component) => Normalize>> = {
  BertNormalizer: bert,
  Lowercase: () => lowercased,
  NFC: unicode('NFC'),
  NFD: unicode('NFD'),
  NFKC: unicode('NFKC'),
  NFKD: unicode('NFKD'),
  StripAccents: () => (text) => text.replace(/\p{M}/gu, ''),
};

/**
 * A normalizer of `tokenizer.json`, or those of a sequence one after the other; null where there is none.
 *
 * @throws TokenizerError for a kind that is not read
 * @example normalizerOf({ type: 'Lowercase' })?.('Film') // 'film'
 */
export function normalizerOf(component: Component | null): Normalize | null {
  if (component === null) return null;
  const all = componentsIn('normalizer', component, 'normalizers').map((one) => {
    const make = Object.hasOwn(kinds, one.type) ? kinds[one.type] : undefined;
    if (!make)
      throw new TokenizerError(
        `its normalizer is of the kind ${one.type}, which Retort does not read; it reads ${Object.keys(kinds).join(', ')}`,
      );
    return make(one);
  });
  return (text) => all.reduce((found, normalize) => normalize(found), text);
}
