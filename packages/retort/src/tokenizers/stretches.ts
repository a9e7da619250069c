/** Long texts in stretches, each tokenized by itself, of which only as many are as tokens are wanted. */
import { componentsIn, type Definition } from './definition.ts';
import { TokenizerError } from './error.ts';

/** Characters of a stretch. */
const usual = 1 << 14;

/** Characters that are tokenized at once at most. */
export const mostAtOnce = 1 << 18;

/** A single space between two words: no token reaches over it. */
const space = /(?<=\S) (?=\S)/u;

/**
 * Whether the tokens of a text are those of its stretches, one after the other, where it is cut before single spaces: it is parted into words, and no
 * token that was added has a space in it, or takes one from the text behind it.
 */
export const isLocal = ({ pre_tokenizer, added_tokens }: Definition): boolean =>
  pre_tokenizer !== null &&
  componentsIn('pre-tokenizer', pre_tokenizer, 'pretokenizers').some(
    ({ type, use_regex }) => type !== 'Digits' && use_regex !== false,
  ) &&
  added_tokens.every(({ content, rstrip }) => !/\s/.test(content) && !rstrip);

/**
 * The stretches of a text.
 *
 * @param local  whether it may be cut, as `isLocal` says
 * @throws TokenizerError where more than `mostAtOnce` characters cannot be cut
 */
export function* stretches(text: string, local: boolean): Generator<string> {
  let from = 0;
  while (local && text.length - from > usual) {
    const ahead = text.slice(from + usual - 1, from + mostAtOnce);
    const found = ahead.search(space);
    if (found < 0) break;
    const to = from + usual - 1 + found;
    yield text.slice(from, to);
    from = to;
  }
  if (text.length - from > mostAtOnce)
    throw new TokenizerError(
      `a text of ${text.length.toLocaleString('en-US')} characters has ${mostAtOnce.toLocaleString('en-US')} without a single space between words, and so many are not tokenized at once: cut it into shorter texts`,
    );
  yield text.slice(from);
}
