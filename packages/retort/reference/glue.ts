/** For tests: GLUE's files as they are laid out, with a few made samples each, and small networks of texts with tokenizers that know their letters. */
import fs from 'node:fs';
import path from 'node:path';
import { manualSeed } from '@retort/torch';
import { Bert, Roberta } from '../src/models/index.ts';
import { saveTextFolder } from './text-folders.ts';

const pairs = (...more: string[]): string[] => ['index', 'sentence1', 'sentence2', ...more];
const questions = ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate'];
const mnli = [
  ...['index', 'promptID', 'pairID', 'genre', 'sentence1_binary_parse', 'sentence2_binary_parse'],
  ...['sentence1_parse', 'sentence2_parse', 'sentence1', 'sentence2'],
];

interface Files {
  readonly header: readonly string[] | null;
  readonly test: readonly string[];
  readonly labels: readonly string[];
  /** A line with a label, in the columns of `header`. */
  row(i: number, label: string): readonly string[];
  readonly dev?: readonly string[];
}

const first = (i: number): string => `${['a good', 'the bad', 'no'][i % 3]} film ${'so '.repeat(i % 4)}`;
const second = (i: number): string => `${['it is', 'so is'][i % 2]} good ${i}`;

/** By folder. */
const layouts: Readonly<Record<string, Files>> = {
  CoLA: {
    header: null,
    test: ['index', 'sentence'],
    labels: ['0', '1'],
    row: (i, label) => ['gj04', label, '', first(i)],
  },
  'SST-2': {
    header: ['sentence', 'label'],
    test: ['index', 'sentence'],
    labels: ['0', '1'],
    row: (i, label) => [first(i), label],
  },
  MRPC: {
    header: ['Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'],
    test: ['index', '#1 ID', '#2 ID', '#1 String', '#2 String'],
    labels: ['0', '1'],
    row: (i, label) => [label, '7', '8', first(i), second(i)],
  },
  'STS-B': {
    header: pairs('score'),
    test: pairs(),
    labels: ['0.5', '4.25', '2.0', '3.8'],
    row: (i, label) => [String(i), first(i), second(i), label],
  },
  QQP: {
    header: questions,
    test: ['id', 'question1', 'question2'],
    labels: ['0', '1'],
    row: (i, label) => [String(i), '1', '2', first(i), second(i), label],
  },
  MNLI: {
    header: [...mnli, 'gold_label'],
    test: mnli,
    labels: ['neutral', 'entailment', 'contradiction'],
    row: (i, label) => [...new Array<string>(8).fill('x'), first(i), second(i), label],
    dev: ['matched', 'mismatched'],
  },
  QNLI: {
    header: ['index', 'question', 'sentence', 'label'],
    test: ['index', 'question', 'sentence'],
    labels: ['entailment', 'not_entailment'],
    row: (i, label) => [String(i), first(i), second(i), label],
  },
  RTE: {
    header: pairs('label'),
    test: pairs(),
    labels: ['entailment', 'not_entailment'],
    row: (i, label) => [String(i), first(i), second(i), label],
  },
};

/** Of a line of a test split: its number, and the texts at its end. */
const testRow = (i: number, header: readonly string[]): string[] =>
  header.map((name) => {
    if (/sentence1$|question1|#1 String|question$/.test(name)) return first(i);
    if (/sentence2$|question2|#2 String|sentence$/.test(name))
      return header.length > 2 ? second(i) : first(i);
    return String(i);
  });

/**
 * Writes eight tasks below `glue` in a folder, which `RETORT_DATA` may name then.
 *
 * @param samples  of each split, in which labels take turns
 */
export function writeGlue(folder: string, samples = 4): void {
  for (const [name, { header, test, labels, row, dev }] of Object.entries(layouts)) {
    const place = path.join(folder, 'glue', name);
    fs.mkdirSync(place, { recursive: true });
    const write = (file: string, rows: readonly (readonly string[])[]): void =>
      fs.writeFileSync(
        path.join(place, `${file}.tsv`),
        rows.map((cells) => `${cells.join('\t')}\n`).join(''),
      );
    const numbers = Array.from({ length: samples }, (_, i) => i);
    const labelled = numbers.map((i) => row(i, labels[i % labels.length] ?? ''));
    const known = header ? [header, ...labelled] : labelled;
    const unknown = [test, ...numbers.map((i) => testRow(i, test))];
    write('train', known);
    for (const split of dev?.map((of) => `_${of}`) ?? ['']) {
      write(`dev${split}`, known);
      write(`test${split}`, unknown);
    }
  }
}

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?'];

const sizes = { width: 8, depth: 1, heads: 2, intermediate: 8, positions: 140 };

/** The files of a tokenizer, and how many tokens it knows. */
function tokenizerOf(kind: 'bert' | 'roberta'): {
  readonly tokenizer: Readonly<Record<string, string>>;
  readonly vocabulary: number;
} {
  if (kind === 'bert') {
    const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
    const words = [...special, ...letters, ...letters.map((one) => `##${one}`)];
    return { tokenizer: { 'vocab.txt': `${words.join('\n')}\n` }, vocabulary: words.length };
  }
  const words = ['<s>', '<pad>', '</s>', '<unk>', ...letters, 'Ġ', '<mask>'];
  const numbers = JSON.stringify(Object.fromEntries(words.map((word, i) => [word, i])));
  return {
    tokenizer: { 'vocab.json': numbers, 'merges.txt': '#version: 0.2\n' },
    vocabulary: words.length,
  };
}

/**
 * Writes a model folder with fresh weights and a tokenizer.
 *
 * @param labels  of its classes; one for a number
 * @param problem  as `problem_type` has it
 */
export function writeTextFolder(
  folder: string,
  kind: 'bert' | 'roberta',
  labels: readonly string[],
  problem?: string,
): Bert | Roberta {
  const { tokenizer, vocabulary } = tokenizerOf(kind);
  manualSeed(0);
  const options = { ...sizes, vocabulary, classes: labels.length, deviation: 0.3 };
  const model = kind === 'bert' ? new Bert(options) : new Roberta({ ...options, types: 1, padding: 1 });
  saveTextFolder(folder, model, { labels, tokenizer, problem });
  return model;
}
