/** In which order samples are shown. */
import { DataError, type Dataset } from './dataset.ts';
import { permutation } from './philox.ts';

/** @throws DataError for an order of the data set's own that leaves samples out, or shows some twice */
function orderOf(data: Dataset, seed: number, epoch: number): Int32Array {
  const { name, size } = data;
  const order = data.order?.(seed, epoch);
  if (!order) return permutation(size, { seed, epoch, purpose: 'order' });
  if (!(order instanceof Int32Array))
    throw new DataError(
      `${name}: its order of epoch ${epoch} must be an Int32Array, and is ${Array.isArray(order) ? 'an array' : typeof order}`,
    );
  const seen = new Uint8Array(size);
  for (const id of order) if (id >= 0 && id < size) seen[id] = 1;
  const left = seen.indexOf(0);
  if (order.length === size && left < 0) return order;
  const what = left < 0 ? `shows ${order.length} samples` : `leaves sample ${left} out`;
  throw new DataError(
    `${name}: its order of epoch ${epoch} ${what}, and must have each of its ${size} samples once`,
  );
}

/** The numbers of the samples of each batch of an epoch; the last may be smaller. @throws DataError where its order is none */
export function* epochBatches(
  data: Dataset,
  { seed, epoch, batchSize }: { seed: number; epoch: number; batchSize: number },
): Generator<Int32Array> {
  const order = orderOf(data, seed, epoch);
  for (let at = 0; at < order.length; at += batchSize) yield order.subarray(at, at + batchSize);
}

/** The numbers of the samples in their own order, for evaluation. */
export function* sequentialBatches(data: Dataset, batchSize: number): Generator<Int32Array> {
  for (let at = 0; at < data.size; at += batchSize) {
    yield Int32Array.from({ length: Math.min(batchSize, data.size - at) }, (_, i) => at + i);
  }
}

/** Samples that are looked at for what may differ between them, as the sizes of images. */
const looked = 16;

/** The numbers of a few samples, from all of the data. @example someOf({ size: 32 }) // 0, 2, 4, … 30 */
export function someOf({ size }: Pick<Dataset, 'size'>): Int32Array {
  const count = Math.min(looked, size);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
