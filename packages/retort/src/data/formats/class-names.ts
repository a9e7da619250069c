/** All classes, as an option names them: ImageNet's, or those of a file. */

import path from 'node:path';
import { readText } from '../../system/text-file.ts';
import { quoted } from '../../words/listed.ts';
import { DataError } from '../dataset.ts';
import { imagenetWnids } from '../imagenet-wnids.ts';
import type { Labels } from './labels.ts';

const most = 64 << 20;

/** A line as a class: what stands before a tab, as in `words.txt` of WordNet's numbers and their words. */
const nameIn = (line: string): string => (line.split('\t')[0] ?? '').trim();

/**
 * The names of all classes by number.
 *
 * @param said  `wnids`, or a file with a class a line, seen from `folder`; of a line with tabs the first field
 * @throws DataError for a file that cannot be read, or names a class twice
 * @example classNamesSaid('wnids', '.')[0] // 'n01440764'
 */
export function classNamesSaid(said: string, folder: string): readonly string[] {
  if (said === 'wnids') return imagenetWnids;
  const file = path.resolve(folder, said);
  const read = readText(file, most);
  if ('wrong' in read)
    throw new DataError(
      `classes: ${file} cannot be read: ${read.wrong}; it is 'wnids', or a file with the name of a class in each line`,
    );
  const names: string[] = [];
  const lines = new Map<string, number>();
  for (const [i, line] of read.text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const name = nameIn(line);
    if (name === '') continue;
    const before = lines.get(name);
    if (before !== undefined)
      throw new DataError(`${file}, line ${i + 1}: the class ${quoted([name])} is that of line ${before}`);
    lines.set(name, i + 1);
    names.push(name);
  }
  if (names.length === 0) throw new DataError(`${file} names no class`);
  return names;
}

/**
 * The same labels among all classes that the option `classes` says, of which theirs are some; as they are, where it is left out.
 *
 * @throws DataError for a class that is none of these
 * @example amongSaid('val', { classes: ['n01443537'], numbers: Int32Array.of(0) }, 'wnids').numbers // [1]
 */
export function amongSaid(folder: string, labels: Labels, said: string | undefined): Labels {
  if (said === undefined) return labels;
  const all = classNamesSaid(said, folder);
  const places = new Map(all.map((name, i) => [name, i]));
  const others = labels.classes.filter((name) => !places.has(name));
  if (others.length > 0)
    throw new DataError(
      said === 'wnids'
        ? `${folder}: classes: 'wnids' is for folders that are called as ImageNet's classes are (n01440764), and not ${quoted(others)}`
        : `${folder}: there are folders ${quoted(others)}, which are none of the ${all.length.toLocaleString('en-US')} classes of ${said}`,
    );
  const numbers = labels.classes.map((name) => places.get(name) ?? 0);
  return { classes: all, numbers: labels.numbers.map((label) => numbers[label] ?? 0) };
}
