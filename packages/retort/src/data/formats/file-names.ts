/** Names of files that hold images or name them. */
import { DataError } from '../dataset.ts';

/** Tables of images. */
export const isTableName = (name: string): boolean => /\.(tsv|csv|jsonl|ndjson)$/i.test(name);

export const isTarName = (name: string): boolean => /\.tar$/i.test(name);

/** What says where images with boxes are, as YOLO's `data.yaml`. */
export const isDescription = (name: string): boolean => /\.ya?ml$/i.test(name);

/** @example isFileOfImages('train.tsv') // true */
export const isFileOfImages = (name: string): boolean =>
  isTableName(name) || isTarName(name) || isDescription(name);

/**
 * The files that a name with a range in braces stands for, as a shell and WebDataset have it; others stay.
 *
 * @throws DataError for a range that goes down, or has more than a million
 * @example expanded('{00..02}.tar') // ['00.tar', '01.tar', '02.tar']
 */
export function expanded(name: string): string[] {
  const [range, first = '', last = ''] = /\{(\d+)\.\.(\d+)\}/.exec(name) ?? [];
  if (range === undefined) return [name];
  const width = first.startsWith('0') ? first.length : 0;
  const [from, to] = [Number(first), Number(last)];
  if (to < from || to - from > 1_000_000)
    throw new DataError(`${name}: ${range} is no range: the second number must be the larger one`);
  return Array.from({ length: to - from + 1 }, (_, i) =>
    name.replace(range, String(from + i).padStart(width, '0')),
  ).flatMap(expanded);
}
