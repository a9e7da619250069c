/** A table of texts as rows: comma- or tab-separated, or an object of JSON a line. */
import { quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import { isJson, objectIn, separated } from '../lists/records.ts';
import { tableText } from '../table-text.ts';
import { byNumbers, type Columns, columnsIn, type Found } from './columns.ts';

/** A label as it is written: text, a list of them, or null where there is none. */
export type Written = string | readonly string[] | null;

export interface Row {
  /** One, or two. */
  readonly texts: readonly string[];
  readonly label: Written;
  readonly line: number;
}

export interface Table {
  readonly file: string;
  /** The names of the fields of texts. */
  readonly fields: readonly string[];
  /** The names of the columns of labels: several are a class each. */
  readonly labels: readonly string[];
  readonly rows: readonly Row[];
}

/** Characters of a text. */
const mostText = 1_000_000;

const example = '{ "text": "A fine film.", "label": "good" }';

const count = (n: number, what: string): string =>
  `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;

function ofSeparated(file: string, text: string, columns: Columns, quotes: boolean): Omit<Table, 'file'> {
  const [first, ...others] = separated(file, text, quotes);
  if (!first) throw new DataError(`${file} is empty`);
  const found = columnsIn(`${file}, line ${first.line}`, first.fields, columns);
  const width = first.fields.length;
  const rows = byNumbers(columns) ? [first, ...others] : others;
  return {
    ...namesOf(found),
    rows: rows.map(({ fields, line }) => {
      if (fields.length !== width)
        throw new DataError(
          `${file}, line ${line}: there ${fields.length === 1 ? 'is 1 column' : `are ${fields.length} columns`}, and ${width} in line ${first.line}`,
        );
      const at = ({ place }: { place: number }): string => fields[place] ?? '';
      const labels = found.labels.map(at);
      return { texts: found.texts.map(at), label: labels.length > 1 ? labels : (labels[0] ?? null), line };
    }),
  };
}

const namesOf = ({ texts, labels }: Found): Pick<Table, 'fields' | 'labels'> => ({
  fields: texts.map(({ name }) => name),
  labels: labels.map(({ name }) => name),
});

/** A label of JSON as a table has it. @throws DataError */
function writtenLabel(where: string, name: string, value: unknown): Written {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number'))
    return value.map(String);
  throw new DataError(
    `${where}: ${name} must be the name or the number of a class, a list of them, a number, or null`,
  );
}

function ofJson(file: string, text: string, columns: Columns): Omit<Table, 'file'> {
  if (byNumbers(columns))
    throw new DataError(`${file}: columns are said by their names where each line is an object`);
  const objects = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((json, i) =>
      json.trim() === '' ? [] : [{ line: i + 1, object: objectIn(`${file}, line ${i + 1}`, json, example) }],
    );
  const [first] = objects;
  if (!first) throw new DataError(`${file} is empty`);
  // Of all lines, since one without a label may leave its key out.
  const names = new Set(objects.flatMap(({ object }) => Object.keys(object)));
  const known = columnsIn(`${file}, line ${first.line}`, [...names], columns);
  const rows = objects.map(({ object, line }): Row => {
    const where = `${file}, line ${line}`;
    const texts = known.texts.map(({ name }) => {
      const found = object[name];
      if (typeof found === 'string') return found;
      throw new DataError(
        found === undefined
          ? `${where}: there is no ${quoted([name])}, but ${quoted(Object.keys(object))}`
          : `${where}: ${name} must be text`,
      );
    });
    const labels = known.labels.map(({ name }) => writtenLabel(where, name, object[name]));
    const [label = null] = labels;
    return { texts, label: labels.length > 1 ? labels.map((one) => String(one ?? '')) : label, line };
  });
  return { ...namesOf(known), rows };
}

/** Whether fields may stand in quotes: as CSV has it, and as TSV seldom has. */
const quotesIn = (file: string): boolean => !/\.tsv$/i.test(file);

/**
 * The texts of a file, a line each.
 *
 * @param quotes  whether fields may stand in quotes; where it is left out, in all but `.tsv`, in which they are ordinary characters
 * @throws DataError with file and line, for what is no table of texts, and for a text that is none of one sample
 * @example readTable('train.tsv', {}).rows[0] // { texts: ['A fine film.'], label: 'good', line: 2 }
 */
export function readTable(file: string, columns: Columns, quotes: boolean = quotesIn(file)): Table {
  const text = tableText(file);
  const table = isJson(file) ? ofJson(file, text, columns) : ofSeparated(file, text, columns, quotes);
  if (table.rows.length === 0) throw new DataError(`${file} has a header, and no line of texts below it`);
  for (const { texts, line } of table.rows)
    for (const [i, text] of texts.entries())
      if (text.length > mostText)
        throw new DataError(
          `${file}, line ${line}: ${table.fields[i]} has ${count(text.length, 'character')}, and may have ${mostText.toLocaleString('en-US')}: it is no text of one sample${quotes ? ', or a quote before it is not closed' : ''}`,
        );
  return { file, ...table };
}
