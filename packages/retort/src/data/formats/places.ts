/** Data of one's own by the place where it is: photographs, or texts. */
import fs from 'node:fs';
import { oneLine } from '../../words/shown.ts';
import { DataError, type Splits } from '../dataset.ts';
import type { Report } from './download.ts';
import { isTableName } from './file-names.ts';
import { isJson, namesImage } from './lists/records.ts';
import { type PhotographOptions, photographs } from './photographs.ts';
import { hasTables, splitTables } from './split-tables.ts';
import { namesTexts } from './texts/columns.ts';
import { type TextOptions, texts } from './texts/texts.ts';

/** Of photographs or of texts, as the place has them. */
export type PlaceOptions = PhotographOptions | TextOptions;

/** Bytes in which the names of columns stand. */
const enough = 1 << 16;

/** The names of a table's columns, as its first line has them; none where it has none, or cannot be read. */
function namesOf(file: string): readonly string[] {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const bytes = Buffer.alloc(enough);
    const [line = ''] = bytes
      .toString('utf8', 0, fs.readSync(descriptor, bytes, 0, enough, 0))
      .replace(/^\ufeff/, '')
      .split(/\r?\n/, 1);
    if (!isJson(file)) return line.split(/[,;\t]/).map((name) => name.replaceAll('"', ''));
    return [...line.matchAll(/"([^"\\]+)"\s*:/g)].map(([, name = '']) => oneLine(name));
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The table by which a place is known; null where there is none, as beside folders of classes. */
function tableAt(place: string): string | null {
  if (!fs.statSync(place, { throwIfNoEntry: false })?.isDirectory()) return isTableName(place) ? place : null;
  const folders = fs.readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (folders.length > 0 || !hasTables(place)) return null;
  return splitTables(place)[0]?.place ?? null;
}

/**
 * Whether a place has texts: a table, or a folder of tables and no folders, with a column that is called as texts are (`text`, `sentence`, `premise`, …), and
 * none as images are; or whatever its options say (`columns: { text }`).
 */
export function areTextsAt(
  place: string,
  { columns }: { readonly columns?: object | undefined } = {},
): boolean {
  const table = tableAt(place);
  if (table === null) return false;
  if (columns && 'text' in columns) return true;
  if (columns && 'image' in columns) return false;
  const names = namesOf(table);
  return namesTexts(names) && !names.some(namesImage);
}

/**
 * Data of one's own by its place: texts where that is a table of texts, or a folder of such; photographs else.
 *
 * @param warn  told of what is not as it should be, and no error
 * @throws DataError as the format says it
 * @example const { train, test } = await dataAt('reviews.csv');
 */
export async function dataAt(
  place: string,
  options: PlaceOptions = {},
  report?: Report,
  warn?: (text: string) => void,
): Promise<Splits> {
  const table = tableAt(place);
  if (table !== null && fs.statSync(table, { throwIfNoEntry: false })?.size === 0)
    throw new DataError(`${table} is empty`);
  return areTextsAt(place, options)
    ? texts(place, options as TextOptions, report, warn)
    : photographs(place, options as PhotographOptions, report, warn);
}
