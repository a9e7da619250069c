/**
 * Batches as a pure function: the order of an epoch and the augmentation of each image come from the counter-based generator, keyed
 * by seed, epoch, sample and view, so they do not depend on what ran before or beside.
 */
import { arange, functional, scope, type Tensor, tensor } from '@retort/torch';
import type { Dataset } from './dataset.ts';
import { below, draw, permutation } from './philox.ts';

export interface Batch {
  /** float32 [B, C, H, W], normalised, in channels_last memory. */
  readonly images: Tensor;
  /** int64 [B]. */
  readonly labels: Tensor;
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

/** The batch of the images with the given numbers. */
export function makeBatch(data: Dataset, ids: Int32Array, view: View): Batch {
  return scope(() => {
    const index = tensor(ids);
    let images = data.images.index_select(0, index);
    const [, height = 0, width = 0, channels = 0] = images.shape;
    if (view.augmentation) {
      const { padding } = view.augmentation;
      const [rows, columns] = cropIndices(ids, height, width, view.augmentation, view);
      const sample = arange(0, ids.length).view([ids.length, 1, 1]);
      const padded = functional.pad(images, [0, 0, padding, padding, padding, padding]);
      images = padded.index([sample, rows, columns]);
    }
    const perChannel = (values: readonly number[]) => tensor(values, { shape: [1, channels, 1, 1] });
    const pixels = images.permute([0, 3, 1, 2]).to('float32').div_(255);
    return {
      images: pixels.sub_(perChannel(data.mean)).div_(perChannel(data.std)),
      labels: data.labels.index_select(0, index),
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
