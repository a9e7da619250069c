/** Small data sets in their official forms: pseudo-random pixels around one picture a class. */
import fs from 'node:fs';
import path from 'node:path';

const trainImages = 160;
const testImages = 60;
/** Of images, so that each comes several times, as relations between images need. */
const usedClasses = 10;

/** How many images the readers of the official forms ask for, as their sources write it, and how many there are here. */
const sizes: readonly (readonly [string, number])[] = [
  ['60_000', trainImages],
  ['50_000', trainImages],
  ['10_000', testImages],
];

/** A readable text that only a reader of these forms has. */
const readers = ['cifar-100-binary', 'cifar-10-batches-bin', 'idx3-ubyte'];

/**
 * Lets the readers of a checkout take data sets of the sizes that are written here.
 *
 * @throws Error if no reader is found that states its sizes in this form
 */
export function allowSmall(checkout: string): void {
  const source = path.join(checkout, 'packages/retort/src');
  const changed = new Set<string>();
  for (const name of fs.globSync('**/*.ts', { cwd: source }).filter((file) => !file.endsWith('.test.ts'))) {
    const file = path.join(source, name);
    const text = fs.readFileSync(file, 'utf8');
    const found = readers.filter((reader) => text.includes(reader));
    if (!found.length) continue;
    const small = sizes.reduce((smaller, [official, here]) => smaller.replaceAll(official, `${here}`), text);
    if (small === text) continue;
    fs.writeFileSync(file, small);
    for (const reader of found) changed.add(reader);
  }
  const missing = readers.filter((reader) => !changed.has(reader));
  if (missing.length)
    throw new Error(
      `no file of ${source} reads ${missing.join(' and ')} and states ${sizes.map(([official]) => official).join(', ')} images: scripts/same-bits/data.ts must know how sizes are stated now`,
    );
}

/** Marsaglia's xorshift of 32 bits: the same bytes everywhere. */
function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
}

const labelOf = (image: number): number => image % usedClasses;

/** Pixels of an image [count], whose class shows. */
function pixels(image: number, count: number, seed: number): Uint8Array {
  const picture = randomBytes(1000 + labelOf(image));
  const noise = randomBytes(seed + 7919 * (image + 1));
  return Uint8Array.from({ length: count }, () => Math.floor((3 * picture() + noise()) / 4));
}

function cifar(count: number, seed: number, labels: (label: number) => readonly number[]): Buffer {
  const records = Array.from({ length: count }, (_, image) =>
    Buffer.concat([Buffer.from(labels(labelOf(image))), pixels(image, 3072, seed)]),
  );
  return Buffer.concat(records);
}

function idx(shape: readonly number[], content: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x800 + shape.length);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, content]);
}

/** As many words as BERT has, of which the first few are in texts. */
const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'film', 'that', 'was', 'fine', 'poor'];
const vocabulary = Array.from({ length: 30_522 }, (_, i) => `${words[i] ?? `[unused${i}]`}\n`).join('');

/** A table of texts of 3 to 9 words, good and bad by turns. */
const texts = (count: number, first: number): string =>
  [
    'text\tlabel',
    ...Array.from({ length: count }, (_, i) => i + first).map((n) => {
      const filler = Array.from({ length: 2 + ((n * 5) % 7) }, (_, k) => words[5 + ((n + k) % 4)]);
      return `${[...filler, n % 2 ? 'fine' : 'poor'].join(' ')}\t${n % 2 ? 'good' : 'bad'}`;
    }),
    '',
  ].join('\n');

/** Writes CIFAR-100, CIFAR-10, Fashion-MNIST and a table of texts with its words under a folder for `RETORT_DATA`. */
export function writeData(folder: string): void {
  const write = (name: string, content: string | Uint8Array): void => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  write('words/vocab.txt', vocabulary);
  write('texts/train.tsv', texts(64, 0));
  write('texts/dev.tsv', texts(16, 1000));
  const names = (count: number): string => Array.from({ length: count }, (_, i) => `class ${i}\n`).join('');
  const fineAndCoarse = (label: number) => [label % 5, label];
  write('cifar-100-binary/train.bin', cifar(trainImages, 1, fineAndCoarse));
  write('cifar-100-binary/test.bin', cifar(testImages, 2, fineAndCoarse));
  write('cifar-100-binary/fine_label_names.txt', names(100));
  for (const batch of [1, 2, 3, 4, 5])
    write(
      `cifar-10-batches-bin/data_batch_${batch}.bin`,
      cifar(testImages, 10 + batch, (label) => [label]),
    );
  write(
    'cifar-10-batches-bin/test_batch.bin',
    cifar(testImages, 20, (label) => [label]),
  );
  write('cifar-10-batches-bin/batches.meta.txt', names(10));
  for (const [split, count, seed] of [
    ['train', trainImages, 30],
    ['t10k', testImages, 31],
  ] as const) {
    const images = Array.from({ length: count }, (_, image) => pixels(image, 28 * 28, seed));
    write(`fashion-mnist/${split}-images-idx3-ubyte`, idx([count, 28, 28], Buffer.concat(images)));
    write(
      `fashion-mnist/${split}-labels-idx1-ubyte`,
      idx(
        [count],
        Uint8Array.from({ length: count }, (_, image) => labelOf(image)),
      ),
    );
  }
}
