/** For tests: small networks of texts in model folders, with their words, and tables of labelled texts. */
import fs from 'node:fs';
import path from 'node:path';
import { manualSeed } from '@retort/torch';
import { Bert } from 'retort';
import { saveTextFolder } from './text-folders.ts';

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const good = ['fine', 'warm', 'bright', 'kind'];
const bad = ['poor', 'cold', 'dull', 'rude'];
const others = [
  'the',
  'film',
  'was',
  'and',
  'it',
  'felt',
  'a',
  'day',
  'of',
  'rain',
  'at',
  'home',
  '.',
  ',',
  '!',
];

/** The words of the tables, and those of BERT. */
export const words: readonly string[] = [...special, ...others, ...good, ...bad];

/** Sentences of the words above, good ones and bad ones by turns, of 4 to 14 words. */
export const sentences = (count: number, first = 0): readonly (readonly [text: string, label: string])[] =>
  Array.from({ length: count }, (_, i) => {
    const n = i + first;
    const mood = n % 2 === 0 ? good : bad;
    const filler = Array.from({ length: 3 + ((n * 7) % 11) }, (_, k) => others[(n * 5 + k * 3) % 12] ?? '');
    filler.splice(n % 3, 0, mood[(n >> 1) % mood.length] ?? '');
    return [filler.join(' '), n % 2 === 0 ? 'good' : 'bad'];
  });

/** Writes train.tsv and dev.tsv, with columns `text` and `label`. */
export function writeTable(folder: string, { train = 48, dev = 16 } = {}): string {
  fs.mkdirSync(folder, { recursive: true });
  const write = (name: string, rows: readonly (readonly [string, string])[]): void =>
    fs.writeFileSync(
      path.join(folder, name),
      `${['text\tlabel', ...rows.map((row) => row.join('\t'))].join('\n')}\n`,
    );
  write('train.tsv', sentences(train));
  write('dev.tsv', sentences(dev, 1001));
  return folder;
}

/** How a network that is written is made. */
export interface MadeBert {
  readonly depth?: number;
  readonly vocabulary?: readonly string[];
  readonly labels?: readonly string[];
  readonly positions?: number;
  readonly seed?: number;
  /** Without a classifier. */
  readonly base?: boolean;
}

/** Writes a model folder of BERT, 16 wide, with weights that say something. */
export function writeBert(
  folder: string,
  { depth = 2, vocabulary = words, labels = ['bad', 'good'], positions = 32, seed = 1, base }: MadeBert = {},
): string {
  manualSeed(seed);
  const sizes = { width: 16, depth, heads: 2, intermediate: 24, positions, deviation: 0.3 };
  const model = new Bert({ ...sizes, classes: labels.length, vocabulary: vocabulary.length });
  const tokenizer = { 'vocab.txt': `${vocabulary.join('\n')}\n` };
  return saveTextFolder(folder, model, { labels, tokenizer, ...(base ? { base } : {}) });
}
