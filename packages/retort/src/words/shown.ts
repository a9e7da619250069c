/** Text of files and command lines in messages: it is not ours, and may be of any length. */
import path from 'node:path';

/** What a terminal takes as commands, as a set of a regular expression: control characters, and what turns the direction of writing. */
export const controls = String.raw`\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069`;

const commands = new RegExp(`[${controls}]`, 'gu');

/** Text as a terminal may show it: control characters but line ends are escaped. @example printable('\x1b[2J') // '\\u001b[2J' */
export function printable(text: string): string {
  return text.replace(commands, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text in a sentence of one line: line ends are escaped, too. @example oneLine('a\nb') // 'a\\nb' */
export const oneLine = (text: string): string => printable(text).replaceAll('\n', '\\n');

/** Long text, cut. @example cut('abcdef', 3) // 'abc…' */
export const cut = (text: string, most = 100): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

/** A file as it is seen from here; whole, where it lies elsewhere. @example shownFile('/home/me/recipes/kd.yaml') // 'recipes/kd.yaml' */
export function shownFile(file: string): string {
  const near = path.relative('', file) || '.';
  return near.startsWith('..') ? path.resolve(file) : near;
}
