/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky 2009) in the official binary form: records of one label byte (CIFAR-100: a coarse and a fine one)
 * and 3072 bytes of red, green and blue planes of 32x32.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fromBytes, keep, scope } from '@retort/torch';
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { TensorDataset } from '../in-memory.ts';
import type { SquareImages } from '../sample.ts';
import type { Report, Source } from './download.ts';
import { namesIn, type Official, officialFolder } from './official.ts';

interface Cifar {
  readonly name: string;
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** The file of class names, one a line. */
  readonly names: string;
  readonly classes: number;
  readonly labelBytes: number;
  readonly recordsPerFile: Readonly<Record<string, number>>;
  readonly archive: Source;
  /** The constants that the published teachers of the benchmark were trained with. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const batches = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);

const cifars: Record<'cifar10' | 'cifar100', Cifar> = {
  cifar10: {
    name: 'cifar10',
    folder: 'cifar-10-batches-bin',
    train: batches,
    test: ['test_batch.bin'],
    names: 'batches.meta.txt',
    classes: 10,
    labelBytes: 1,
    recordsPerFile: Object.fromEntries([...batches, 'test_batch.bin'].map((file) => [file, 10_000])),
    archive: {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      bytes: 170_052_171,
    },
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
  cifar100: {
    name: 'cifar100',
    folder: 'cifar-100-binary',
    train: ['train.bin'],
    test: ['test.bin'],
    names: 'fine_label_names.txt',
    classes: 100,
    labelBytes: 2,
    recordsPerFile: { 'train.bin': 50_000, 'test.bin': 10_000 },
    archive: {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
      sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      bytes: 168_513_733,
    },
    mean: [0.5071, 0.4867, 0.4408],
    std: [0.2675, 0.2565, 0.2761],
  },
};

const squares = ({ mean, std }: Cifar): SquareImages => ({ kind: 'image', channels: 3, side: 32, mean, std });

export const cifar10Images = squares(cifars.cifar10);
export const cifar100Images = squares(cifars.cifar100);

const pixels = 3072;
const files = (cifar: Cifar) => [...cifar.train, ...cifar.test];
/** Of a file of records; null of the one with the names of classes. */
function bytesOf(cifar: Cifar, file: string): number | null {
  const records = cifar.recordsPerFile[path.basename(file)];
  return records === undefined ? null : records * (cifar.labelBytes + pixels);
}
/** As an archive has it. */
const official = (cifar: Cifar): Official => ({
  ...{ name: cifar.name, form: `the official binary form of ${cifar.name}` },
  ...{ folder: cifar.folder, archive: cifar.archive },
  files: Object.fromEntries([...files(cifar), cifar.names].map((file) => [file, bytesOf(cifar, file)])),
});

function read(cifar: Cifar, folder: string, split: 'train' | 'test'): Dataset {
  const record = cifar.labelBytes + pixels;
  const bytes = Buffer.concat(cifar[split].map((file) => fs.readFileSync(path.join(folder, file))));
  const size = bytes.length / record;
  const classes = namesIn(path.join(folder, cifar.names), cifar.classes);
  const { image, label } = scope(() => {
    const records = fromBytes(bytes, 'uint8', [size, record]);
    const planes = records.narrow(1, cifar.labelBytes, pixels).reshape([size, 3, 32, 32]);
    return {
      image: planes.permute([0, 2, 3, 1]).contiguous(),
      label: records.select(1, cifar.labelBytes - 1).to('int64'),
    };
  });
  const highest = scope(() => label.amax().item());
  if (highest >= cifar.classes)
    throw new DataError(`${folder} has a label ${highest}: there are ${cifar.classes} classes`);
  const { mean, std } = cifar;
  return new TensorDataset(
    `${cifar.name} ${split}`,
    { image: { kind: 'image', channels: 3, mean, std }, label: { kind: 'class', classes } },
    keep({ image, label }),
  );
}

async function load(cifar: Cifar, report: Report): Promise<Splits> {
  const folder = await officialFolder(official(cifar), report);
  return { train: read(cifar, folder, 'train'), test: read(cifar, folder, 'test'), source: folder };
}

/** CIFAR-10: 50,000 and 10,000 images of 32x32x3 in 10 classes. */
export function cifar10(report: Report = () => {}): Promise<Splits> {
  return load(cifars.cifar10, report);
}

/** CIFAR-100: 50,000 and 10,000 images of 32x32x3 in 100 classes, with the fine labels. */
export function cifar100(report: Report = () => {}): Promise<Splits> {
  return load(cifars.cifar100, report);
}
