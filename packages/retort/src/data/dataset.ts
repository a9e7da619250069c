/** A data set in memory: the one form that every format is brought to. */
import { fromBytes, keep, type Tensor, tensor } from '@retort/torch';

export interface Dataset {
  readonly name: string;
  /** uint8 [N, H, W, C], channels last because that is how a batch is computed on. */
  readonly images: Tensor;
  /** int64 [N]. */
  readonly labels: Tensor;
  readonly size: number;
  readonly classes: readonly string[];
  /** Per channel, of pixels in [0, 1]: what a batch is normalised by. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Splits {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Held out of the training images, for choosing between models. */
  readonly validation?: Dataset;
  /** Where it was found and, where it matters, how it was split. */
  readonly source: string;
}

export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The number of channels of a data set's images. */
export function channels(data: Dataset): number {
  return data.images.size(3);
}

export interface InMemory {
  readonly name?: string;
  /** Pixels of N images, row-major: [N, H, W, C]. */
  readonly images: Uint8Array;
  /** N class indices. */
  readonly labels: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * A data set from pixels and labels that the caller has.
 *
 * @throws DataError if sizes do not fit one another or a label is no class
 * @example inMemory({ images, labels, height: 28, width: 28, channels: 1, classes: ['cat', 'dog'], mean: [0.5], std: [0.25] })
 */
export function inMemory(given: InMemory): Dataset {
  const { name = 'in memory', images, labels, height, width, channels, classes, mean, std } = given;
  const size = labels.length;
  const expected = size * height * width * channels;
  if (size === 0) throw new DataError(`${name}: there are no images`);
  if (images.length !== expected) {
    throw new DataError(
      `${name}: ${size} labels and images of ${height}x${width}x${channels} need ${expected} bytes of pixels, there are ${images.length}`,
    );
  }
  if (mean.length !== channels || std.length !== channels) {
    throw new DataError(`${name}: mean and std need one number for each of the ${channels} channels`);
  }
  for (let i = 0; i < size; i++) {
    const label = labels[i] ?? -1;
    if (!Number.isInteger(label) || label < 0 || label >= classes.length) {
      throw new DataError(
        `${name}: the label of image ${i} is ${label}, but there are ${classes.length} classes`,
      );
    }
  }
  return keep({
    name,
    images: fromBytes(images, 'uint8', [size, height, width, channels]),
    labels: tensor(Int32Array.from(labels)).to('int64'),
    size,
    classes,
    mean,
    std,
  });
}

/** The images with the given numbers, in that order. @example subset(train, permutation(train.size, key).slice(0, 1000)) */
export function subset(data: Dataset, ids: Int32Array, name = data.name): Dataset {
  using index = tensor(ids);
  return keep({
    ...data,
    name,
    images: data.images.index_select(0, index),
    labels: data.labels.index_select(0, index),
    size: ids.length,
  });
}
