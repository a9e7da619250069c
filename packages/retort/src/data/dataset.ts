/** A data set in memory: the one form that every format is brought to. */
import { fromBytes, keep, scope, type Tensor, tensor } from '@retort/torch';

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

function checkNormalisation({ name, mean, std, images }: Dataset): void {
  const channels = images.size(3);
  if (mean.length !== channels || std.length !== channels)
    throw new DataError(`${name}: mean and std need one number for each of the ${channels} channels`);
  const wrong = (values: readonly number[], isRight: (value: number) => boolean): number =>
    values.findIndex((value) => !isRight(value));
  const cure = 'they are of pixels in [0, 1]: divide those of pixels in 0..255 by 255';
  const noMean = wrong(mean, (value) => value >= 0 && value <= 1);
  if (noMean >= 0)
    throw new DataError(
      `${name}: the mean of channel ${noMean} is ${mean[noMean]}, and must be within 0 and 1; ${cure}`,
    );
  const noStd = wrong(std, (value) => value > 0 && value <= 1);
  if (noStd >= 0)
    throw new DataError(
      `${name}: the standard deviation of channel ${noStd} is ${std[noStd]}, and must be above 0 and at most 1; ${cure}`,
    );
}

/**
 * What a data set promises, checked: it may have been put together by hand. The pixels are not looked at.
 *
 * @throws DataError that names what is wrong
 */
export function checkDataset<Data extends Dataset>(data: Data): Data {
  const { name, images, labels, size, classes } = data;
  if (images.dtype !== 'uint8' || images.dim() !== 4 || images.size(0) !== size)
    throw new DataError(
      `${name}: images must be uint8 [${size}, H, W, C], and are ${images.dtype} [${images.shape.join(', ')}]`,
    );
  if (labels.dtype !== 'int64' || String(labels.shape) !== String([size]))
    throw new DataError(
      `${name}: labels must be int64 [${size}], and are ${labels.dtype} [${labels.shape.join(', ')}]`,
    );
  checkNormalisation(data);
  const outside = scope(() =>
    labels.lt(0).logical_or(labels.ge(classes.length)).nonzero().toFlatArray().map(Number),
  );
  const [first] = outside;
  if (first !== undefined)
    throw new DataError(
      `${name}: the label of image ${first} is ${labels.select(0, first).item()}, and must be 0 to ${classes.length - 1} (there are ${classes.length} classes)` +
        (outside.length > 1 ? `; so it is with ${outside.length} images` : ''),
    );
  return data;
}

/** The class that all images are of; null where there are several, or one alone that they could be of. */
export function onlyClass({ labels, classes, size }: Dataset): string | null {
  if (size === 0 || classes.length < 2) return null;
  const [least, most] = scope(() => [labels.amin().item(), labels.amax().item()]);
  return least === most ? (classes[Number(least)] ?? String(least)) : null;
}

export interface InMemory {
  readonly name?: string;
  /** Pixels of N images, row-major: [N, H, W, C]. */
  readonly images: Uint8Array;
  /** N class indices. */
  readonly labels: ArrayLike<number | bigint>;
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
  if (!(images instanceof Uint8Array))
    throw new DataError(`${name}: images must be a Uint8Array of pixels in 0..255`);
  for (let i = 0; i < size; i++) {
    const label = labels[i];
    if (!Number.isInteger(Number(label)))
      throw new DataError(
        `${name}: the label of image ${i} is ${label}, and must be the number of its class`,
      );
  }
  return checkDataset(
    keep({
      name,
      images: fromBytes(images, 'uint8', [size, height, width, channels]),
      labels: tensor(Float64Array.from(labels, Number)).to('int64'),
      size,
      classes,
      mean,
      std,
    }),
  );
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
