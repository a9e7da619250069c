/** A table of images as records: comma- or tab-separated, or an object of JSON a line. */

import { CsvError, parse } from 'csv-parse/sync';
import { quoted } from '../../../words/listed.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';
import { tableText } from '../table-text.ts';

/** A line that names an image. */
export interface Row {
  readonly image: string;
  /** As it is written; null where there is no such column. */
  readonly label: string | null;
  readonly line: number;
}

/** Names of columns that are said by an option, in place of the usual ones. */
export interface Columns {
  readonly image?: string | undefined;
  readonly label?: string | undefined;
}

/** What columns are called, in any case of letters. */
const usual = {
  image: ['path', 'file', 'image', 'filename', 'filepath', 'file_name', 'image_path'],
  label: ['label', 'class', 'target'],
} as const;

export const isJson = (file: string): boolean => /\.(jsonl|ndjson)$/i.test(file);

/** Whether a column is called as images are. @example namesImage('path') // true */
export const namesImage = (name: string): boolean => usual.image.some((one) => isSame(name, one));

const isSame = (one: string, other: string): boolean => one.trim().toLowerCase() === other.toLowerCase();

/** Where the column is among those that there are; null where there is none. @throws DataError for one that was asked for, and for two */
function columnIn(
  where: string,
  names: readonly string[],
  what: keyof typeof usual,
  asked: string | undefined,
): number | null {
  if (asked !== undefined) {
    const place = names.indexOf(asked);
    if (place < 0)
      throw new DataError(`${where}: there is no column ${quoted([asked])}, but ${quoted(names)}`);
    return place;
  }
  const places = names.flatMap((name, i) => (usual[what].some((one) => isSame(name, one)) ? [i] : []));
  if (places.length > 1)
    throw new DataError(
      `${where}: the columns ${quoted(places.map((i) => names[i] ?? ''))} may both be the ${what}: say which, as columns: { ${what}: NAME }`,
    );
  return places[0] ?? null;
}

const noImage = (where: string, names: readonly string[]): DataError =>
  new DataError(
    `${where}: there is no column of images (${usual.image.join(', ')}), but ${quoted(names)}: say which it is, as columns: { image: NAME }, or of texts, as columns: { text: NAME }`,
  );

/** By what the first line has: a table is called CSV whatever stands between its fields. */
function delimiterOf(file: string, text: string): string {
  const [first = ''] = text.split('\n', 1);
  if (/\.tsv$/i.test(file)) return '\t';
  return [',', ';', '\t'].find((delimiter) => first.includes(delimiter)) ?? ',';
}

/**
 * The fields of each line that is not empty.
 *
 * @param quotes  whether they may stand in quotes
 */
export function separated(
  file: string,
  text: string,
  quotes = true,
): { readonly fields: readonly string[]; readonly line: number }[] {
  const found: { readonly fields: readonly string[]; readonly line: number }[] = [];
  try {
    parse(text, {
      bom: true,
      quote: quotes ? '"' : null,
      delimiter: delimiterOf(file, text),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record(fields: string[], { lines }) {
        found.push({ fields, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(
      `${file}, line ${error.lines}: quotes are not as CSV has them, "…" around a whole field with each quote in it twice (${oneLine(error.message)})`,
      { cause: error },
    );
  }
  return found;
}

function rowsOfSeparated(file: string, text: string, columns: Columns): Row[] {
  const [first, ...others] = separated(file, text);
  if (!first) return [];
  const where = `${file}, line ${first.line}`;
  const names = first.fields;
  const isAsked = columns.image !== undefined || columns.label !== undefined;
  const image = isAsked || columnIn(where, names, 'image', undefined) !== null;
  const label = columnIn(where, names, 'label', columns.label);
  if (!image && label !== null) throw noImage(where, names);
  if (!image && names.length > 2)
    throw new DataError(
      `${where}: there are ${names.length} columns and no header that says which is the image (${usual.image.join(', ')}): add one, or leave two columns, path and label; of texts say columns: { text: 1, label: 2 }`,
    );
  const place = image ? columnIn(where, names, 'image', columns.image) : 0;
  if (place === null) throw noImage(where, names);
  const labelled = image ? label : names.length === 2 ? 1 : null;
  return (image ? others : [first, ...others]).map(({ fields, line }) => {
    if (fields.length !== names.length)
      throw new DataError(
        `${file}, line ${line}: there ${fields.length === 1 ? 'is 1 column' : `are ${fields.length} columns`}, and ${names.length} in line ${first.line}`,
      );
    return { image: fields[place] ?? '', label: labelled === null ? null : (fields[labelled] ?? ''), line };
  });
}

/** An object of JSON. @param example  of one, for messages @throws DataError */
export function objectIn(
  where: string,
  text: string,
  example = '{ "path": "cat.jpg", "label": "cat" }',
): Readonly<Record<string, unknown>> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `${where}: this is not JSON: ${oneLine(error instanceof Error ? error.message : String(error))}`,
      { cause: error },
    );
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found))
    return found as Readonly<Record<string, unknown>>;
  throw new DataError(`${where}: this is no object, as ${example}`);
}

function rowsOfJson(file: string, text: string, columns: Columns): Row[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((json, i): Row[] => {
      if (json.trim() === '') return [];
      const where = `${file}, line ${i + 1}`;
      const object = objectIn(where, json);
      const names = Object.keys(object);
      const place = columnIn(where, names, 'image', columns.image);
      if (place === null) throw noImage(where, names);
      const named = columnIn(where, names, 'label', columns.label);
      const [image, label] = [object[names[place] ?? ''], named === null ? null : object[names[named] ?? '']];
      if (typeof image !== 'string')
        throw new DataError(`${where}: ${names[place]} must be text, the path of an image`);
      if (label !== null && typeof label !== 'string' && typeof label !== 'number')
        throw new DataError(
          `${where}: ${names[named ?? 0]} must be the name or the number of a class, or null`,
        );
      return [{ image, label: label === null ? null : String(label), line: i + 1 }];
    });
}

/**
 * The images that a file names, a line each: comma- or tab-separated, with a header or without (path, label), or an object of JSON.
 *
 * @throws DataError with file and line, for what is no table, and for a line without a path or with an empty label
 * @example readRows('train.tsv', {}) // [{ image: 'cat.jpg', label: 'cat', line: 2 }]
 */
export function readRows(file: string, columns: Columns): readonly Row[] {
  const rows = (isJson(file) ? rowsOfJson : rowsOfSeparated)(file, tableText(file), columns);
  if (rows.length === 0) throw new DataError(`${file} names no images`);
  for (const { image, label, line } of rows) {
    if (image === '') throw new DataError(`${file}, line ${line}: the path is empty`);
    if (label === '') throw new DataError(`${file}, line ${line}: the label of ${image} is empty`);
  }
  return rows;
}
