/** Texts of one's own, in tables: one text a line or two, with a label, several, a number, or none. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { oneLine } from '../../../words/shown.ts';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import { TensorDataset } from '../../in-memory.ts';
import type { Fields } from '../../sample.ts';
import { classNamesSaid } from '../class-names.ts';
import type { Report } from '../download.ts';
import { checkedOptions } from '../options.ts';
import type { Warn } from '../reading.ts';
import { splitTables } from '../split-tables.ts';
import { assembled, type SplitName, type SplitPlace, splitOf } from '../splits.ts';
import { labelsOf, type SplitLabels } from './labels.ts';
import { readTable, type Table } from './rows.ts';

const column = z.union([z.string().min(1), z.int().min(1)]);

const options = z.strictObject({
  columns: z
    .strictObject({
      text: z.union([column, z.array(column).min(1).max(2)]).optional(),
      label: z.union([column, z.array(column).min(1)]).optional(),
    })
    .default({}),
  classes: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  labels: z.enum(['class', 'classes', 'number', 'none']).optional(),
  quotes: z.boolean().optional(),
  test: z.string().min(1).optional(),
  validation: z.string().min(1).optional(),
  testShare: z.number().gt(0).lt(1).default(0.2),
});

/** Of texts in tables. */
export type TextOptions = z.input<typeof options>;

/** @throws DataError where tables have other texts than the first */
function compareFields(tables: readonly Table[]): void {
  const [first, ...others] = tables;
  const shown = ({ fields }: Table): string => fields.map((name) => `'${oneLine(name)}'`).join(' and ');
  const other = others.find((table) => first && shown(table) !== shown(first));
  if (first && other)
    throw new DataError(
      `${other.file} has texts ${shown(other)}, and ${first.file} ${shown(first)}: they must be the same`,
    );
}

/** Says how many texts are empty, and where the first is. */
function sayEmpty(tables: readonly Table[], warn: Warn): void {
  for (const { file, rows } of tables) {
    const empty = rows.filter(({ texts }) => texts.some((text) => text.trim() === ''));
    const [first] = empty;
    if (first)
      warn(
        `${file}: ${empty.length.toLocaleString('en-US')} of ${rows.length.toLocaleString('en-US')} lines have an empty text, the first of them line ${first.line}`,
      );
  }
}

/** Samples of a table, those at some places or all. */
function dataset(
  name: string,
  { fields, rows }: Table,
  labels: SplitLabels | null,
  chosen: readonly number[] | null,
): Dataset {
  const places = chosen ?? rows.map((_, i) => i);
  const kinds: Fields = {
    ...Object.fromEntries(fields.map((field) => [field, { kind: 'text' }])),
    ...(labels && { [labels.field]: labels.kind }),
  };
  if (places.length === 0) return { name, size: 0, fields: kinds, fingerprint: 'no texts' };
  return new TensorDataset(name, kinds, {
    ...Object.fromEntries(
      fields.map((field, i) => [field, places.map((place) => rows[place]?.texts[i] ?? '')]),
    ),
    ...(labels && { [labels.field]: labels.column(chosen) }),
  });
}

/**
 * Texts in tables, a sample a line, in fields called as their columns are, with `label` (one class, or a number) or `labels` (several classes): `.csv` or `.tsv` with a
 * header, or `.jsonl` with an object a line. Columns of texts are found by their usual names (`text`, `sentence`; of pairs `sentence1` and `sentence2`, `premise` and `hypothesis`,
 * `question1` and `question2`, `question` and `sentence`), and so is the label (`label`, `class`, `target`, `score`). Labels are names of classes; or whole numbers of classes from 0; or numbers
 * that are measured, where any is no whole one; or lists of classes, where several columns are named, each of 0 and 1, or JSON has lists. In a `.tsv` quotes are ordinary characters, as GLUE has them.
 *
 * @param place  a folder with `train`, `dev` (or `val`, `validation`) and `test`, each `.csv`, `.tsv` or `.jsonl`; or one of them, beside which `test` and `validation` may be named in `given`.
 * Of one without a split to be judged on, a share of each class is held out
 * @param given  `columns`: `{ text, label }`, a name or a list of names, or numbers from 1 where there is no header; `classes`: all of them in their order, as a list or a file; `labels`: `class`, `classes` (names with `|` between them), `number` or `none`,
 * where it is not to be found by how they are written; `quotes`: whether fields may stand in quotes; `test`, `validation`, `testShare`
 * @param warn  told of empty texts, of numbers of classes that none has, and of splits that are left out
 * @throws DataError with file and line, for what is no table of texts
 * @example const { train, test } = await texts('reviews/train.tsv', { columns: { text: 'review', label: 'stars' } });
 */
export async function texts(
  place: string,
  given: TextOptions = {},
  _report: Report = () => {},
  warn: Warn = (text) => process.emitWarning(text),
): Promise<Splits> {
  const {
    testShare,
    columns,
    classes,
    labels: asked,
    quotes,
    ...said
  } = checkedOptions(place, options, given);
  const isFolder = fs.statSync(place).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const parts: SplitPlace[] = isFolder
    ? splitTables(place)
    : [{ split: splitOf(path.parse(place).name) ?? 'train', place }];
  for (const split of ['test', 'validation'] as const) {
    const file = said[split];
    if (file !== undefined) parts.push({ split, place: path.resolve(folder, file) });
  }
  const tables = parts.map(({ split, place: file }): Table & { split: SplitName } => ({
    split,
    ...unlabelledWhere(asked === 'none' && split === 'train', readTable(file, columns, quotes)),
  }));
  compareFields(tables);
  sayEmpty(tables, warn);
  const all = typeof classes === 'string' ? classNamesSaid(classes, folder) : (classes ?? null);
  const labels = labelsOf(tables, asked === 'none' ? undefined : asked, all, warn);
  const whose = path.basename(path.resolve(place));
  return assembled(
    tables.map((table, i) => ({
      split: table.split,
      size: table.rows.length,
      labels: labels[i]?.strata ?? null,
      dataset: (name, chosen) => dataset(`${whose} ${name}`, table, labels[i] ?? null, chosen),
    })),
    { place: path.resolve(place), testShare, warn, what: 'text' },
  );
}

/** The same table without its labels, where they are not to be read. */
const unlabelledWhere = (without: boolean, table: Table): Table =>
  without ? { ...table, rows: table.rows.map((row) => ({ ...row, label: null })) } : table;
