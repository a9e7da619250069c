/**
 * Batches as a pure function: the order of an epoch and the augmentation of each image come from the counter-based generator, keyed
 * by seed, epoch, sample and view, so they do not depend on what ran before or beside.
 */
import { arange, aten, functional, scope, type Tensor, tensor } from '@retort/torch';
import { DataError, type Dataset } from './dataset.ts';
import { below, draw, permutation } from './philox.ts';

export interface Batch {
  /** float32 [V·B, C, H, W], normalised, in channels_last memory; all images of the first view come first. */
  readonly images: Tensor;
  /** int64 [B]. */
  readonly labels: Tensor;
  /** int64 [B], the numbers of the images in their split. */
  readonly ids: Tensor;
  /** Which of the views of these images it shows; turned ones belong to the one that they are turned from. */
  readonly view: number;
}

export interface Augmentation {
  /** Zero pixels put around the image, of which a random crop of the old size is taken. */
  readonly padding: number;
  /** Mirrors every other image, by chance. */
  readonly flip: boolean;
}

/** Crop and flip as on CIFAR (He et al. 2016; the CRD benchmark). */
export const cropAndFlip: Augmentation = { padding: 4, flip: true };

export interface View {
  readonly seed: number;
  readonly epoch: number;
  readonly view?: number;
  readonly augmentation?: Augmentation | undefined;
  /** How many views of each image, each turned by another quarter and cropped by itself; 1 where it is left out. */
  readonly turns?: number;
}

/** Where each pixel of the batch comes from: rows [B, H, 1] and columns [B, 1, W] of the padded images. */
function cropIndices(
  ids: Int32Array,
  height: number,
  width: number,
  { padding, flip }: Augmentation,
  { seed, epoch, view = 0 }: View,
): [rows: Tensor, columns: Tensor] {
  const top = new Int32Array(ids.length);
  const start = new Int32Array(ids.length);
  const step = new Int32Array(ids.length);
  ids.forEach((sample, i) => {
    const [first, second, third] = draw({ seed, epoch, sample, view, purpose: 'augmentation' });
    const mirrored = flip && below(2, third) === 1;
    top[i] = below(2 * padding + 1, first);
    start[i] = below(2 * padding + 1, second) + (mirrored ? width - 1 : 0);
    step[i] = mirrored ? -1 : 1;
  });
  const column = (values: Int32Array) => tensor(values, { dtype: 'int64', shape: [ids.length, 1, 1] });
  const rows = column(top).add(arange(0, height).view([1, height, 1]));
  const columns = column(start).add(column(step).mul(arange(0, width).view([1, 1, width])));
  return [rows, columns];
}

const mirrors = (sample: number, { seed, epoch, view = 0, augmentation }: View): boolean =>
  augmentation?.flip === true &&
  below(2, draw({ seed, epoch, sample, view, purpose: 'augmentation' })[2]) === 1;

/** The images cropped and mirrored as the view says: uint8 [B, H, W, C]. */
function augmented(images: Tensor, ids: Int32Array, view: View): Tensor {
  if (!view.augmentation) return images;
  const [, height = 0, width = 0] = images.shape;
  const { padding } = view.augmentation;
  const [rows, columns] = cropIndices(ids, height, width, view.augmentation, view);
  const sample = arange(0, ids.length).view([ids.length, 1, 1]);
  const padded = functional.pad(images, [0, 0, padding, padding, padding, padding]);
  return padded.index([sample, rows, columns]);
}

/** The images mirrored as in the first view, turned by quarters against the clock, then cropped by themselves (as DLKD has it). */
function turned(images: Tensor, ids: Int32Array, view: View, quarters: number): Tensor {
  const mirrored = tensor(
    Int32Array.from(ids, (sample) => (mirrors(sample, view) ? 1 : 0)),
    { dtype: 'bool', shape: [ids.length, 1, 1, 1] },
  );
  const upright = aten.where(mirrored, images.flip([2]), images);
  const { view: number = 0, augmentation } = view;
  return augmented(upright.rot90(quarters, [1, 2]), ids, {
    ...view,
    view: turnedView(number, quarters),
    augmentation: augmentation && { ...augmentation, flip: false },
  });
}

/** Draws of turned views are apart from those of the views themselves. */
const turnedView = (view: number, quarters: number): number => view + 0x10000 * quarters;

/** The batch of the images with the given numbers. @throws DataError to turn images that are no squares */
export function makeBatch(data: Dataset, ids: Int32Array, view: View): Batch {
  const { turns = 1 } = view;
  return scope(() => {
    const index = tensor(ids);
    const stored = data.images.index_select(0, index);
    const [, height = 0, width = 0, channels = 0] = stored.shape;
    if (turns > 1 && height !== width)
      throw new DataError(`${data.name}: images of ${height}x${width} cannot be turned by quarters`);
    const views = Array.from({ length: turns }, (_, quarters) =>
      quarters === 0 ? augmented(stored, ids, view) : turned(stored, ids, view, quarters),
    );
    const [first = stored] = views;
    const images = views.length === 1 ? first : aten.cat(views, 0);
    const perChannel = (values: readonly number[]) => tensor(values, { shape: [1, channels, 1, 1] });
    const pixels = images.permute([0, 3, 1, 2]).to('float32').div_(255);
    return {
      images: pixels.sub_(perChannel(data.mean)).div_(perChannel(data.std)),
      labels: data.labels.index_select(0, index),
      ids: index.to('int64'),
      view: view.view ?? 0,
    };
  });
}

/** The sample numbers of each batch of an epoch; the last may be smaller. */
export function* epochBatches(
  data: Dataset,
  { seed, epoch, batchSize }: { seed: number; epoch: number; batchSize: number },
): Generator<Int32Array> {
  const order = permutation(data.size, { seed, epoch, purpose: 'order' });
  for (let at = 0; at < order.length; at += batchSize) yield order.subarray(at, at + batchSize);
}

/** The sample numbers in their own order, for evaluation. */
export function* sequentialBatches(data: Dataset, batchSize: number): Generator<Int32Array> {
  for (let at = 0; at < data.size; at += batchSize) {
    yield Int32Array.from({ length: Math.min(batchSize, data.size - at) }, (_, i) => at + i);
  }
}
