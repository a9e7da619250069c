/** Long lists of names in messages: the first few, how many more, what they have in common. */
import { quoted } from './quoted.ts';

const most = 4;
const shown = 3;

/** The longest beginning that all have, up to a dot; with `reversed` names, the longest end. */
function commonParts(names: readonly (readonly string[])[]): string[] {
  const [first = []] = names;
  let length = Math.max(0, first.length - 1);
  for (const name of names) {
    let same = 0;
    while (same < Math.min(length, name.length - 1) && name[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}

/** What all of several names have in common, as a clause; empty where that is nothing. */
function inCommon(names: readonly string[]): string {
  const parts = names.map((name) => name.split('.'));
  const begin = commonParts(parts).join('.');
  const end = commonParts(parts.map((part) => part.toReversed()))
    .toReversed()
    .join('.');
  if (begin) return `, all beginning with ${quoted(`${begin}.`)}`;
  return end ? `, all ending with ${quoted(`.${end}`)}` : '';
}

/** Names come from files too: what could be mistaken for our own words is quoted. */
const plain = (name: string): string => (/^[\w./-]{1,100}$/.test(name) ? name : quoted(name));

/**
 * @internal A list of names that can be read.
 *
 * @example listed(Object.keys(state)) // 'conv1.weight, bn1.weight, bn1.bias and 59 more'
 */
export function listed(names: readonly string[]): string {
  if (names.length <= most) return names.map(plain).join(', ');
  return `${names.slice(0, shown).map(plain).join(', ')} and ${names.length - shown} more${inCommon(names)}`;
}
