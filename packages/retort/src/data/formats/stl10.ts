/**
 * STL-10 (Coates, Ng & Lee 2011): images of 96x96 out of ImageNet, 5,000 to learn from and 8,000 to be judged on in 10 classes, and 100,000 without labels,
 * in the official binary form: a byte a pixel, the red, green and blue planes of an image after one another, each column by column.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromBytes, keep, scope, type Tensor, tensor } from '@retort/torch';
import { z } from 'zod';
import { systemCause } from '../../system/system-errors.ts';
import { readText } from '../../system/text-file.ts';
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { fewIds } from '../few.ts';
import { TensorDataset } from '../in-memory.ts';
import type { Fields, Sample, SquareImages } from '../sample.ts';
import type { Report } from './download.ts';
import { namesIn, officialFolder } from './official.ts';
import { checkedOptions } from './options.ts';

const options = z.strictObject({
  fold: z.number().int().min(0).max(9).optional(),
  unlabelled: z.boolean().default(false),
});

/** Of STL-10. */
export type Stl10Options = z.input<typeof options>;

/** Mean and deviations of its training images, as they are mostly used with it. */
export const stl10Images: SquareImages = {
  ...{ kind: 'image', channels: 3, side: 96 },
  mean: [0.4467, 0.4398, 0.4066],
  std: [0.2603, 0.2566, 0.2712],
};

const { side, channels, mean, std } = stl10Images;
const image = { kind: 'image', channels, mean, std } as const;
const pixels = channels * side * side;
const classes = 10;

const sizes = { train: 5000, test: 8000, unlabeled: 100_000 } as const;
const folds = 'fold_indices.txt';
const foldSize = 1000;

/** Images by which those without labels are known. */
const looked = 256;

const archive = {
  url: 'http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz',
  sha256: 'f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866',
  bytes: 2_640_397_119,
};

/** Images [N, H, W, C] of planes column by column. */
const asImages = (bytes: Uint8Array, count: number): Tensor =>
  scope(() => fromBytes(bytes, 'uint8', [count, channels, side, side]).permute([0, 3, 2, 1]).contiguous());

/** The numbers of the training images of a fold. @throws DataError where the file does not say them */
function foldOf(file: string, fold: number): Int32Array {
  const read = readText(file, 1 << 20);
  if ('wrong' in read) throw new DataError(`${file} cannot be read: ${read.wrong}`);
  const line = read.text.split('\n')[fold] ?? '';
  const ids = line.trim().split(/\s+/).filter(Boolean).map(Number);
  const isRight = ids.every((id) => Number.isInteger(id) && id >= 0 && id < sizes.train);
  if (ids.length !== foldSize || !isRight)
    throw new DataError(
      `${file}, line ${fold + 1}: a fold is ${foldSize} numbers of training images, 0 to ${sizes.train - 1}, and this is not`,
    );
  return Int32Array.from(ids);
}

/** @throws DataError for labels that are no class */
function labelled(folder: string, split: 'train' | 'test', names: readonly string[]): TensorDataset {
  const labels = path.join(folder, `${split}_y.bin`);
  // They are counted from 1.
  const numbers = Uint8Array.from(fs.readFileSync(labels), (label) => label - 1);
  const wrong = numbers.findIndex((number) => number >= classes);
  if (wrong >= 0)
    throw new DataError(
      `${labels}: the label of image ${wrong} is ${((numbers[wrong] ?? 0) + 1) % 256}, and must be 1 to ${classes}`,
    );
  return new TensorDataset(
    `stl10 ${split}`,
    { image, label: { kind: 'class', classes: names } },
    keep({
      image: asImages(fs.readFileSync(path.join(folder, `${split}_X.bin`)), sizes[split]),
      label: scope(() => tensor(numbers).to('int64')),
    }),
  );
}

/** The images without labels, of which there are 2.8 GB: read when they are asked for. */
class Unlabelled implements Dataset {
  readonly name = 'stl10 unlabelled';
  readonly size = sizes.unlabeled;
  readonly fields: Fields = { image };
  readonly #file: string;
  #fingerprint: string | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Of 256 of the images, always the same ones: 2.8 GB are not read before the first step. */
  get fingerprint(): string {
    this.#fingerprint ??= this.#looked((file) => {
      const hash = createHash('sha256').update(`${this.name} ${this.size}`);
      const bytes = new Uint8Array(pixels);
      for (const id of fewIds(this, looked) ?? []) {
        fs.readSync(file, bytes, 0, pixels, id * pixels);
        hash.update(bytes);
      }
      return hash.digest('hex');
    });
    return this.#fingerprint;
  }

  #failure(error: unknown): unknown {
    const cause = systemCause(error);
    return cause ? new DataError(`${this.#file} cannot be read: ${cause}`, { cause: error }) : error;
  }

  #looked<Result>(look: (descriptor: number) => Result): Result {
    try {
      using open = new DisposableStack();
      return look(open.adopt(fs.openSync(this.#file, 'r'), (one) => fs.closeSync(one)));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** @throws DataError where the file cannot be read any more */
  async read(ids: Int32Array): Promise<readonly Sample[]> {
    try {
      await using file = await fs.promises.open(this.#file);
      return await Promise.all(
        Array.from(ids, async (id) => {
          const bytes = new Uint8Array(pixels);
          const { bytesRead } = await file.read(bytes, 0, pixels, id * pixels);
          if (bytesRead !== pixels) throw new DataError(`${this.#file} ends within image ${id}`);
          return { image: { pixels: turned(bytes), height: side, width: side } };
        }),
      );
    } catch (error) {
      throw this.#failure(error);
    }
  }
}

/** An image [H, W, C] of planes column by column. */
function turned(planes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(pixels);
  const plane = side * side;
  for (let channel = 0, from = 0; channel < channels; channel++)
    for (let at = 0; at < plane; at++, from++) {
      const [column, row] = [Math.floor(at / side), at % side];
      whole[(row * side + column) * channels + channel] = planes[from] ?? 0;
    }
  return whole;
}

/**
 * STL-10. Its files lie in `stl10_binary/` of a data folder, or in their archive, which is downloaded (2.6 GB) where it is not there.
 *
 * @param given  `fold`: only the 1,000 training images of one of the ten folds, 0 to 9; `unlabelled`: the 100,000 images without labels are learned
 * from, as by methods that learn from a teacher alone, and the others are judged on
 * @throws DataError for files that are missing or not of the official size, labels that are no class, and options that are none
 * @example const { train, test } = await stl10(); train.size // 5000
 */
export async function stl10(report: Report = () => {}, given: Stl10Options = {}): Promise<Splits> {
  const { fold, unlabelled } = checkedOptions('stl10', options, given);
  if (unlabelled && fold !== undefined)
    throw new DataError('stl10: a fold is of the images with labels: leave out fold, or unlabelled');
  const file = 'unlabeled_X.bin';
  const unlabelledBytes = sizes.unlabeled * pixels;
  const folder = await officialFolder(
    {
      name: unlabelled ? 'stl10-unlabelled' : 'stl10',
      ...{ form: 'the official binary form of stl10', folder: 'stl10_binary', archive },
      files: {
        'train_X.bin': sizes.train * pixels,
        'train_y.bin': sizes.train,
        'test_X.bin': sizes.test * pixels,
        'test_y.bin': sizes.test,
        'class_names.txt': null,
        ...(fold === undefined ? {} : { [folds]: null }),
        ...(unlabelled ? { [file]: unlabelledBytes } : {}),
      },
      others: unlabelled ? 0 : unlabelledBytes,
    },
    report,
  );
  const names = namesIn(path.join(folder, 'class_names.txt'), classes);
  const test = labelled(folder, 'test', names);
  if (unlabelled)
    return {
      train: new Unlabelled(path.join(folder, file)),
      test,
      source: `${folder}, images without labels`,
    };
  const train = labelled(folder, 'train', names);
  if (fold === undefined) return { train, test, source: folder };
  const chosen = train.subset(foldOf(path.join(folder, folds), fold), `stl10 train, fold ${fold}`);
  for (const column of Object.values(train.columns)) if ('dispose' in column) column.dispose();
  return { train: chosen, test, source: `${folder}, fold ${fold}` };
}
