/** What every data set answers, wherever its samples lie. */
import type { Tensor } from '@retort/torch';
import type { Ahead } from './drawn.ts';
import { type Fields, fieldOf, type ImageKind, type ReadColumns, type Sample } from './sample.ts';

export interface Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  /** What it is: another one where any sample is another, the same for a copy elsewhere. Runs and caches know their data by it. */
  readonly fingerprint: string;
  /** All values of a field that is small, e.g. all labels, int64 [N]. */
  column?(field: string): Tensor;
  /**
   * Samples by their numbers from 0, in the order asked for; `ahead` is given where it `draws`. In place of one that cannot be read, and is to be left
   * out, the error that says so: training is shown the next of its class, and no evaluation counts it.
   */
  read?(ids: Int32Array, ahead?: Ahead): Promise<readonly (Sample | DamagedImageError)[]>;
  /** Whether `read` answers images, and boxes in them, changed as `ahead` says, so that the threads that read them do that work too. */
  readonly draws?: boolean;
  /** The same at once as columns, for a data set in memory. */
  gather?(ids: Int32Array): ReadColumns;
  /** How long each sample is, int32 [N], so that batches can be made of those that are alike long: of texts the number of words. */
  readonly lengths?: Int32Array | undefined;
  /** Width by height of each sample's image, float64 [N], so that batches can be made of those of like shape; left out where that is not known before they are read. */
  readonly shapes?: Float64Array | undefined;
  /** The names of the metrics by which it is judged, the first its headline; the task's where it is left out. */
  readonly metrics?: readonly string[];
  /** What a sample is called, as the file of an image is from its folder. */
  nameOf?(id: number): string;
  /** The order in which an epoch shows the samples, where reading them in any order would be slow; drawn at random where it is left out. */
  order?(seed: number, epoch: number): Int32Array;
}

export interface Splits {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Held out of the training samples, for choosing between models. */
  readonly validation?: Dataset;
  /** Where it was found and, where it matters, how it was split. */
  readonly source: string;
}

export class DataError extends Error {
  override readonly name = 'DataError';
}

/** An image whose file is not whole, or none. */
export class DamagedImageError extends DataError {}

/** @throws DataError where there is nothing to learn from, as in a folder of images to be judged on alone */
export function checkLearnable({ train, source }: Splits): void {
  if (train.size === 0) throw new DataError(`${train.name} has nothing to learn from: ${source}`);
}

/** The names of its classes; null where samples have none. @example classNames(test)?.length // 100 for CIFAR-100 */
export const classNames = ({ fields }: Pick<Dataset, 'fields'>): readonly string[] | null =>
  fieldOf(fields, 'class')?.kind.classes ?? null;

/** The names of what is told apart in it, whether a sample is of one class or of several, or has boxes of some; null where samples have none. */
export const labelNames = (data: Pick<Dataset, 'fields'>): readonly string[] | null =>
  classNames(data) ??
  fieldOf(data.fields, 'classes')?.kind.classes ??
  fieldOf(data.fields, 'boxes')?.kind.classes ??
  null;

/** What its images are. @throws DataError where it has none, or several to a sample */
export function imagesOf({ name, fields }: Pick<Dataset, 'name' | 'fields'>): ImageKind {
  const kinds = Object.values(fields).filter((kind) => kind.kind === 'image');
  const [only] = kinds;
  if (kinds.length === 1 && only) return fieldOf(fields, 'boxes') ? { ...only, whole: true } : only;
  const has = kinds.length ? `${kinds.length} images to a sample` : 'no images';
  throw new DataError(
    `${name} has ${has}, and must have one: its fields are ${Object.keys(fields).join(', ')}`,
  );
}

/** The number of channels of a data set's images. */
export const channels = (data: Pick<Dataset, 'name' | 'fields'>): number => imagesOf(data).channels;

/** @throws DataError for a mean or deviation that is none of pixels in [0, 1]. @param name  of what, as the sentence begins */
export function checkNormalisation(name: string, { channels, mean, std }: ImageKind): void {
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
 * What a data set promises of its fields, checked: it may have been put together by hand. Samples are not looked at.
 *
 * @throws DataError that names what is wrong
 */
export function checkDataset<Data extends Dataset>(data: Data): Data {
  const { name, size, fields, fingerprint, metrics } = data;
  if (typeof name !== 'string') throw new DataError('a data set needs a `name`, by which messages call it');
  if (typeof fields !== 'object' || fields === null)
    throw new DataError(
      `${name}: a data set needs \`fields\`, the kind of each field of a sample by its name`,
    );
  if (typeof fingerprint !== 'string')
    throw new DataError(
      `${name}: a data set needs a \`fingerprint\`, a text that is another one where any sample is another`,
    );
  if (metrics !== undefined && !(Array.isArray(metrics) && metrics.every((one) => typeof one === 'string')))
    throw new DataError(`${name}: \`metrics\` must be a list of names, as ['matthews']`);
  if (!Number.isInteger(size) || size < 1) throw new DataError(`${name}: there are no samples`);
  if (!data.read && !data.gather)
    throw new DataError(`${name}: a data set needs \`read\`, by which its samples are had`);
  const boxed = Object.values(fields).filter(({ kind }) => kind === 'boxes');
  if (boxed.length > 1) throw new DataError(`${name} has ${boxed.length} fields of boxes, and must have one`);
  if (boxed.length === 1) imagesOf(data);
  for (const [field, kind] of Object.entries(fields)) {
    if (kind.kind === 'image') checkNormalisation(name, kind);
    if ('classes' in kind && kind.classes.length === 0)
      throw new DataError(`${name}: ${field} has no classes`);
    if (kind.kind === 'boxes' && (!Number.isInteger(kind.most) || kind.most < 1))
      throw new DataError(
        `${name}: \`most\` of ${field}, how many boxes a sample has at most, is ${kind.most}, and must be a whole number, at least 1`,
      );
    if (kind.kind === 'mask' && kind.classes.length > 256)
      throw new DataError(`${name}: ${field} has ${kind.classes.length} classes, and a byte tells 256 apart`);
  }
  return data;
}
