/** GLUE (Wang et al. 2018): nine tasks on sentences and pairs of them, from the original files. */
import fs from 'node:fs';
import path from 'node:path';
import { keep, tensor } from '@retort/torch';
import { z } from 'zod';
import { listed, quoted } from '../../words/listed.ts';
import { oneLine } from '../../words/shown.ts';
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { TensorDataset } from '../in-memory.ts';
import { dataFolders } from './locate.ts';
import { checkedOptions } from './options.ts';
import { tableText } from './table-text.ts';

/** One of the tasks, with its files. */
interface GlueTask {
  /** Below the folder `glue`. */
  readonly folder: string;
  /** The names of the fields of texts, each with what its column is called. */
  readonly texts: readonly (readonly [field: string, column: string])[];
  /** The column of labels. */
  readonly label: string;
  /** Each class by its name, with what the files call it; null where the label is a number. */
  readonly classes: readonly (readonly [name: string, written: string])[] | null;
  /** The split with labels that is judged on, and the one without. */
  readonly dev: string;
  readonly test: string;
  /** Of the file with what is predicted. */
  readonly submission: string;
  /** The columns of files that have no header. */
  readonly columns?: readonly string[];
  /** Whether lines that are too short are left out, as in the authors' own reader. */
  readonly skipsShort?: boolean;
  readonly metrics: readonly string[];
}

const sentence = [['sentence', 'sentence']] as const;
const sentences = [
  ['sentence1', 'sentence1'],
  ['sentence2', 'sentence2'],
] as const;

const numbered = (...names: string[]): [string, string][] => names.map((name, i) => [name, String(i)]);
const entailment = [
  ['entailment', 'entailment'],
  ['not_entailment', 'not_entailment'],
] as const;

const files = (name: string) => ({ folder: name, dev: 'dev', test: 'test', submission: name });

const mnli = (of: 'matched' | 'mismatched', submission: string): GlueTask => ({
  folder: 'MNLI',
  texts: [
    ['premise', 'sentence1'],
    ['hypothesis', 'sentence2'],
  ],
  label: 'gold_label',
  classes: ['contradiction', 'entailment', 'neutral'].map((name) => [name, name] as const),
  dev: `dev_${of}`,
  test: `test_${of}`,
  submission,
  metrics: ['top1'],
});

/** By their names on command lines and in recipes. */
export const glueTasks: Readonly<Record<string, GlueTask>> = {
  'glue-cola': {
    ...files('CoLA'),
    texts: sentence,
    label: 'label',
    classes: numbered('unacceptable', 'acceptable'),
    columns: ['source', 'label', 'mark', 'sentence'],
    metrics: ['matthews'],
  },
  'glue-sst2': {
    ...files('SST-2'),
    texts: sentence,
    label: 'label',
    classes: numbered('negative', 'positive'),
    metrics: ['top1'],
  },
  'glue-mrpc': {
    ...files('MRPC'),
    texts: [
      ['sentence1', '#1 String'],
      ['sentence2', '#2 String'],
    ],
    label: 'Quality',
    classes: numbered('not_equivalent', 'equivalent'),
    metrics: ['f1', 'top1'],
  },
  'glue-stsb': {
    ...files('STS-B'),
    texts: sentences,
    label: 'score',
    classes: null,
    metrics: ['pearson', 'spearman'],
  },
  'glue-qqp': {
    ...files('QQP'),
    texts: [
      ['question1', 'question1'],
      ['question2', 'question2'],
    ],
    label: 'is_duplicate',
    classes: numbered('not_duplicate', 'duplicate'),
    skipsShort: true,
    metrics: ['top1', 'f1'],
  },
  'glue-mnli': mnli('matched', 'MNLI-m'),
  'glue-mnli-mm': mnli('mismatched', 'MNLI-mm'),
  'glue-qnli': {
    ...files('QNLI'),
    texts: [
      ['question', 'question'],
      ['sentence', 'sentence'],
    ],
    label: 'label',
    classes: entailment,
    metrics: ['top1'],
  },
  'glue-rte': { ...files('RTE'), texts: sentences, label: 'label', classes: entailment, metrics: ['top1'] },
  'glue-wnli': {
    ...files('WNLI'),
    texts: sentences,
    label: 'label',
    classes: numbered('not_entailment', 'entailment'),
    metrics: ['top1'],
  },
};

interface Line {
  readonly fields: readonly string[];
  readonly line: number;
}

/** Lines parted at tabs: quotes are ordinary characters. */
function linesOf(file: string): readonly Line[] {
  return tableText(file)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((text, i) => ({ fields: text.split('\t'), line: i + 1 }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== '');
}

interface Read {
  readonly texts: readonly (readonly string[])[];
  /** Of the column asked for beside the texts, as it is written. */
  readonly column: readonly string[];
  readonly lines: readonly number[];
}

/** The texts of a file, and one column more, with the lines of the rows that are read. */
function readFile(file: string, task: GlueTask, column: string, hasHeader: boolean): Read {
  const all = linesOf(file);
  const [first] = all;
  if (!first) throw new DataError(`${file} is empty`);
  const names = hasHeader ? first.fields : (task.columns ?? []);
  const placeOf = (name: string): number => {
    const place = names.indexOf(name);
    if (place < 0)
      throw new DataError(
        `${file}, line 1: there is no column '${name}', but ${quoted(names)}: it is not the original file of GLUE's ${task.folder}`,
      );
    return place;
  };
  // MNLI's training file has one annotator's label, and its dev files five, before the one that counts; those of tests have none.
  const texts = task.texts.map(([, name]) => placeOf(name));
  const asked = placeOf(column);
  const width = Math.max(...texts, asked) + 1;
  const rows = (hasHeader ? all.slice(1) : all).filter(({ fields, line }) => {
    if (fields.length >= width) return true;
    if (task.skipsShort) return false;
    throw new DataError(
      `${file}, line ${line}: there ${fields.length === 1 ? 'is 1 column' : `are ${fields.length} columns`}, and must be ${width} at least: it is not the original file of GLUE's ${task.folder}`,
    );
  });
  if (rows.length === 0) throw new DataError(`${file} has no samples`);
  const at = (place: number): string[] => rows.map(({ fields }) => fields[place] ?? '');
  return { texts: texts.map(at), column: at(asked), lines: rows.map(({ line }) => line) };
}

function labelsOf(
  file: string,
  { classes }: GlueTask,
  { column, lines }: Read,
  order: readonly string[],
): Float64Array {
  const numbers = new Map((classes ?? []).map(([name, written]) => [written, order.indexOf(name)]));
  return Float64Array.from(column, (written, i) => {
    const number = classes ? numbers.get(written) : written.trim() === '' ? Number.NaN : Number(written);
    if (number !== undefined && Number.isFinite(number)) return number;
    throw new DataError(
      `${file}, line ${lines[i]}: the label is '${oneLine(written)}', and must be ${classes ? listed(classes.map(([, one]) => `'${one}'`)) : 'a number'}`,
    );
  });
}

function split(name: string, task: GlueTask, file: string, order: readonly string[]): Dataset {
  const read = readFile(file, task, task.label, task.columns === undefined);
  const values = tensor(labelsOf(file, task, read, order));
  return new TensorDataset(
    name,
    {
      ...Object.fromEntries(task.texts.map(([field]) => [field, { kind: 'text' }])),
      label: task.classes ? { kind: 'class', classes: order } : { kind: 'scalar' },
    },
    {
      ...Object.fromEntries(task.texts.map(([field], i) => [field, read.texts[i] ?? []])),
      label: keep(values.to(task.classes ? 'int64' : 'float32')),
    },
    { metrics: task.metrics },
  );
}

/** The folder of a task's files. @throws DataError with where it was looked for */
function folderOf(name: string, { folder }: GlueTask): string {
  const places = dataFolders().map((place) => path.join(place, 'glue', folder));
  const found = places.find((place) => fs.existsSync(place));
  if (found !== undefined) return found;
  throw new DataError(
    `${name} was not found: it was looked for as ${places.join(', ')}; bring the original files there (gluebenchmark.com/tasks), or set RETORT_DATA to the folder that has glue/${folder}`,
  );
}

const options = z.strictObject({ classes: z.array(z.string().min(1)).optional() });

/** Of a task of GLUE. */
export type GlueOptions = z.input<typeof options>;

/** The names of the classes in the order of their numbers. @throws DataError for names that are not these */
function orderOf(
  name: string,
  { classes }: GlueTask,
  said: readonly string[] | undefined,
): readonly string[] {
  const own = (classes ?? []).map(([one]) => one);
  if (!said) return own;
  if (said.length !== own.length || own.some((one) => !said.includes(one)))
    throw new DataError(
      own.length > 0
        ? `${name}: classes must be ${quoted(own)}, each once, in any order, and are ${quoted(said)}`
        : `${name}: its labels are numbers, and there are no classes to be said`,
    );
  return said;
}

function taskNamed(name: string): GlueTask {
  const task = Object.hasOwn(glueTasks, name) ? glueTasks[name] : undefined;
  if (!task)
    throw new DataError(
      `there is no task ${quoted([name])} of GLUE: there are ${Object.keys(glueTasks).join(', ')}`,
    );
  return task;
}

/** The names of a task's classes in the order of the files; null where what is learned is a number. @throws DataError for another name @example glueClasses('glue-rte') // ['entailment', 'not_entailment'] */
export const glueClasses = (name: string): readonly string[] | null =>
  taskNamed(name).classes?.map(([one]) => one) ?? null;

/**
 * A task of GLUE from its original files, in the folder `glue` of the data folders: fields `sentence`, or two texts by GLUE's own names, and `label`. The labels of its test
 * split are not public, so that what is judged on is the dev split: `glue-mnli` and `glue-mnli-mm` are of the same training samples, and of the matched and the mismatched one.
 *
 * @param name  one of `glue-cola`, `glue-sst2`, `glue-mrpc`, `glue-stsb` (a number from 0 to 5), `glue-qqp`, `glue-mnli`, `glue-mnli-mm`, `glue-qnli`, `glue-rte`, `glue-wnli`
 * @param given  `classes`: their names in another order, as RoBERTa's weights have those of MNLI: contradiction, neutral, entailment
 * @throws DataError with file and line, where a file is not the original one; with where it was looked for, where there is none
 * @example const { train, test } = await glue('glue-rte');
 */
export async function glue(name: string, given: GlueOptions = {}): Promise<Splits> {
  const task = taskNamed(name);
  const order = orderOf(name, task, checkedOptions(name, options, given).classes);
  const folder = folderOf(name, task);
  const read = (called: string, file: string): Dataset =>
    split(`${name} ${called}`, task, path.join(folder, `${file}.tsv`), order);
  return {
    train: read('train', 'train'),
    test: read('dev', task.dev),
    source: `${folder}, judged on ${task.dev}.tsv`,
  };
}

/** A test split, whose labels are not public, and how what is predicted of it is handed in. */
export interface GlueTest {
  /** Texts without labels, in the order of the file. */
  readonly data: Dataset;
  /** Of each sample, as the file numbers them. */
  readonly index: readonly string[];
  /** What the file to be handed in is called, e.g. `RTE.tsv`. */
  readonly file: string;
  /** The text of that file. @param answers  of each sample the number of its class, or the number itself, which is held to 0 to 5 @throws DataError for another number of them, or no class */
  submission(answers: ArrayLike<number>): string;
}

/**
 * The test split of a task, as one that is to be predicted.
 *
 * @param given  as `glue` takes it
 * @throws DataError as `glue` does
 * @example fs.writeFileSync(test.file, test.submission(answers))
 */
export async function glueTest(name: string, given: GlueOptions = {}): Promise<GlueTest> {
  const task = taskNamed(name);
  const order = orderOf(name, task, checkedOptions(name, options, given).classes);
  const file = path.join(folderOf(name, task), `${task.test}.tsv`);
  const [first = ''] = linesOf(file)[0]?.fields ?? [];
  const unskipped = { ...task, skipsShort: false, texts: task.columns ? sentence : task.texts };
  const { texts, column: index } = readFile(file, unskipped, first, true);
  const data = new TensorDataset(
    `${name} test`,
    Object.fromEntries(task.texts.map(([field]) => [field, { kind: 'text' }])),
    Object.fromEntries(task.texts.map(([field], i) => [field, texts[i] ?? []])),
  );
  const written = new Map(task.classes ?? []);
  const answer = (value: number, i: number): string => {
    const found = task.classes
      ? written.get(order[value] ?? '')
      : Number.isFinite(value)
        ? Math.min(5, Math.max(0, value)).toFixed(3)
        : undefined;
    if (found !== undefined) return `${index[i]}\t${found}`;
    throw new DataError(
      `${name}: the answer to sample ${i} is ${value}, which is no ${task.classes ? 'class' : 'number'}`,
    );
  };
  return {
    data,
    index,
    file: `${task.submission}.tsv`,
    submission(answers) {
      if (answers.length !== index.length)
        throw new DataError(`${name}: there are ${answers.length} answers to ${index.length} samples`);
      return `${['index\tprediction', ...Array.from(answers, answer)].join('\n')}\n`;
    },
  };
}
