/** Labels as they are written, as what they are: one of several classes, any of them, or a number. */
import { fromBytes, keep, type Tensor, tensor } from '@retort/torch';
import { listed, quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import type { Kind } from '../../sample.ts';
import { classed, interned } from '../classed.ts';
import { byCodePoints } from '../image-folder/listing.ts';
import type { Labels } from '../labels.ts';
import type { Warn } from '../reading.ts';
import type { Table, Written } from './rows.ts';

/** What a label may be: one class, any of several, or a number. */
export type LabelKind = 'class' | 'classes' | 'number';

/** The labels of a split. */
export interface SplitLabels {
  /** The name of its field. */
  readonly field: string;
  readonly kind: Kind;
  /** By which a share of each class is held out; all are of one where there are no classes. */
  readonly strata: Labels;
  /** Of the samples at these places, or of all. */
  column(chosen: readonly number[] | null): Tensor;
}

const where = ({ file, rows }: Table, row: number): string => `${file}, line ${rows[row]?.line}`;

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));
const isWhole = (text: string): boolean => /^\d+$/.test(text);

/** What the labels of all tables are, by how they are written. @throws DataError where that may be either, as of some numbers and some words, or of 1.0 and 0.0 */
function kindOf(tables: readonly Table[]): LabelKind {
  let [number, word, odd]: (string | null)[] = [null, null, null];
  let isFraction = false;
  for (const table of tables) {
    if (table.labels.length > 1) return 'classes';
    for (const [i, { label }] of table.rows.entries()) {
      if (label === null || label === '') continue;
      if (typeof label !== 'string') return 'classes';
      if (isNumber(label)) {
        number ??= `${where(table, i)} has ${quoted([label])}`;
        isFraction ||= !Number.isInteger(Number(label));
        if (!isWhole(label)) odd ??= `${where(table, i)} has ${quoted([label])}`;
      } else word ??= `${where(table, i)} has ${quoted([label])}`;
    }
  }
  if (number !== null && word !== null)
    throw new DataError(
      `some labels are numbers, and some words: ${number}, and ${word}; say labels: class where they are names of classes all the same`,
    );
  if (odd !== null && !isFraction)
    throw new DataError(
      `all labels are whole numbers, and not all are written as numbers of classes: ${odd}; say labels: class where they are names of classes, or labels: number where they are measured`,
    );
  return isFraction ? 'number' : 'class';
}

const gathered = (values: Float32Array, chosen: readonly number[] | null): Float32Array =>
  chosen === null ? values : Float32Array.from(chosen, (place) => values[place] ?? 0);

/** All in one class, so that a share of all is held out. */
const alike = (size: number): Labels => ({ classes: ['all'], numbers: new Int32Array(size) });

function ofNumbers(table: Table): SplitLabels {
  const values = Float32Array.from(table.rows, ({ label }, i) => {
    if (typeof label === 'string' && isNumber(label)) return Number(label);
    const is =
      label === null || label === ''
        ? 'there is no label'
        : `the label ${quoted([String(label)])} is no number`;
    throw new DataError(`${where(table, i)}: ${is}, and those of other lines are numbers`);
  });
  return {
    field: 'label',
    kind: { kind: 'scalar' },
    strata: alike(values.length),
    column: (chosen) => keep(tensor(gathered(values, chosen))),
  };
}

/** The classes of a row, where columns are a class each. @throws DataError for what is neither 0 nor 1 */
function namesByColumns(table: Table, row: number, label: readonly string[]): readonly string[] {
  return table.labels.filter((name, i) => {
    const value = label[i] ?? '';
    if (value === '0' || value === '1') return value === '1';
    throw new DataError(`${where(table, row)}: ${name} is ${quoted([value])}, and must be 0 or 1`);
  });
}

/** The names of a row's classes: columns of 0 and 1, a list, or names with `|` between them; none of them, where it is empty. */
function namesIn(table: Table, row: number): readonly string[] {
  const label = table.rows[row]?.label ?? null;
  if (table.labels.length > 1) return namesByColumns(table, row, Array.isArray(label) ? label : []);
  if (label === null || label === '') return [];
  return typeof label === 'string'
    ? label
        .split('|')
        .map((name) => name.trim())
        .filter((name) => name !== '')
    : label;
}

/** Numbers of classes beyond are something else in the column. */
const mostNumbered = 10_000;

/** All classes that are named, or, where all are numbers, those from 0 to the largest. */
function classesNamed(names: readonly string[]): readonly string[] {
  const classes = [...new Set(names)];
  const largest = classes.reduce(
    (most, name) => Math.max(most, isWhole(name) ? Number(name) : mostNumbered),
    -1,
  );
  return largest < mostNumbered
    ? Array.from({ length: largest + 1 }, (_, i) => String(i))
    : byCodePoints(classes);
}

/** Zeros and ones of a table: 4 GB. */
const mostLabels = 2 ** 30;

/** @throws DataError where it would not fit into memory whether each text is of each class */
function refuseMany({ file, rows }: Table, classes: number): void {
  if (rows.length * classes > mostLabels)
    throw new DataError(
      `${file}: its labels name ${classes.toLocaleString('en-US')} classes, and for ${rows.length.toLocaleString('en-US')} texts that is too much to be kept for each whether it is of each: say labels: class where each text is of one, or which column is the label, as columns: { label: NAME }`,
    );
}

function ofClasses(tables: readonly Table[], said: readonly string[] | null): SplitLabels[] {
  const names = tables.map((table) => table.rows.map((_, i) => namesIn(table, i)));
  const columns = tables.find(({ labels }) => labels.length > 1)?.labels;
  const classes = said ?? columns ?? classesNamed(names.flat(2));
  if (classes.length === 0) throw new DataError(`${tables[0]?.file}: no text is of any class`);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return tables.map((table, split) => {
    refuseMany(table, classes.length);
    const values = new Float32Array(table.rows.length * classes.length);
    for (const [row, own] of (names[split] ?? []).entries())
      for (const name of own) {
        const number = numbers.get(name) ?? (isWhole(name) ? Number(name) : classes.length);
        if (number >= classes.length) throw new DataError(`${where(table, row)}: ${noClass(name, classes)}`);
        values[row * classes.length + number] = 1;
      }
    return {
      field: 'labels',
      kind: { kind: 'classes', classes },
      strata: alike(table.rows.length),
      column: (chosen) => {
        const places = chosen ?? table.rows.map((_, i) => i);
        const rows = new Float32Array(places.length * classes.length);
        for (const [i, place] of places.entries())
          rows.set(values.subarray(place * classes.length, (place + 1) * classes.length), i * classes.length);
        return keep(fromBytes(new Uint8Array(rows.buffer), 'float32', [places.length, classes.length]));
      },
    };
  });
}

const noClass = (name: string, classes: readonly string[]): string =>
  `${quoted([name])} is none of the classes, which are ${listed(
    classes.map((one) => `'${one}'`),
    5,
  )}`;

/** @throws DataError for a list where one class is meant */
const one = (table: Table, row: number): string | null => {
  const label = table.rows[row]?.label ?? null;
  if (label === null || label === '') return null;
  if (typeof label === 'string') return label;
  throw new DataError(`${where(table, row)}: the label is a list, and labels: class says one class`);
};

/** Several names in one label are read as one name unless it is said that they are several. */
function sayOfSeveral(tables: readonly Table[], warn: Warn): void {
  for (const table of tables) {
    const row = table.rows.findIndex(({ label }) => typeof label === 'string' && /[^|]\|[^|]/.test(label));
    if (row < 0) continue;
    warn(
      `${where(table, row)}: the label ${quoted([one(table, row) ?? ''])} is taken as the name of one class: where a text may be of several, say labels: classes`,
    );
    return;
  }
}

function ofClass(
  tables: readonly Table[],
  said: readonly string[] | null,
  warn: Warn,
): (SplitLabels | null)[] {
  const all = classed(
    tables.map((table) => ({
      from: table.file,
      labels: interned(table.rows.map((_, i) => one(table, i))),
      where: (row) => where(table, row),
    })),
    said,
    warn,
    'text',
  );
  return all.map((labels): SplitLabels | null => {
    if (!labels) return null;
    const { classes, numbers } = labels;
    return {
      field: 'label',
      kind: { kind: 'class', classes },
      strata: labels,
      column: (chosen) => {
        const places = chosen ? Int32Array.from(chosen, (place) => numbers[place] ?? 0) : numbers;
        return keep(tensor(Float64Array.from(places)).to('int64'));
      },
    };
  });
}

/** What Hugging Face's data sets have for a label where a split has none, as GLUE's test splits. */
const withheld = '-1';

/** Whether a table has labels, and not only a sign that it has none. */
const hasLabels = (
  { rows }: Table,
  asked: LabelKind | undefined,
  said: readonly string[] | null,
): boolean => {
  const isLabel = (label: Written): boolean =>
    label !== null &&
    label !== '' &&
    (label !== withheld || asked === 'number' || said?.includes(withheld) === true);
  return rows.some(({ label }) => isLabel(label));
};

/**
 * The labels of all splits; null of one that has none, or -1 alone.
 *
 * @param asked  what they are, where an option says it
 * @param said  all classes, where an option says them
 * @throws DataError with file and line, for a label that is none of these
 */
export function labelsOf(
  tables: readonly Table[],
  asked: LabelKind | undefined,
  said: readonly string[] | null,
  warn: Warn,
): (SplitLabels | null)[] {
  const labelled = tables.filter((table) => hasLabels(table, asked, said));
  if (labelled.length === 0) return tables.map(() => null);
  const kind = asked ?? (said ? kindSaid(labelled) : kindOf(labelled));
  const of =
    kind === 'number'
      ? labelled.map(ofNumbers)
      : kind === 'classes'
        ? ofClasses(labelled, said)
        : ofClass(labelled, said, warn);
  if (kind === 'class' && !asked && !said) sayOfSeveral(labelled, warn);
  return tables.map((table) => of[labelled.indexOf(table)] ?? null);
}

/** Where the classes are said, labels are some of them whatever they look like. */
const kindSaid = (tables: readonly Table[]): LabelKind =>
  tables.some(({ labels, rows }) => labels.length > 1 || rows.some(({ label }) => Array.isArray(label)))
    ? 'classes'
    : 'class';
