/** In which order samples are shown. */
import type { Dataset } from './dataset.ts';
import { permutation } from './philox.ts';

/** The numbers of the samples of each batch of an epoch; the last may be smaller. */
export function* epochBatches(
  data: Dataset,
  { seed, epoch, batchSize }: { seed: number; epoch: number; batchSize: number },
): Generator<Int32Array> {
  const order = data.order?.(seed, epoch) ?? permutation(data.size, { seed, epoch, purpose: 'order' });
  for (let at = 0; at < order.length; at += batchSize) yield order.subarray(at, at + batchSize);
}

/** The numbers of the samples in their own order, for evaluation. */
export function* sequentialBatches(data: Dataset, batchSize: number): Generator<Int32Array> {
  for (let at = 0; at < data.size; at += batchSize) {
    yield Int32Array.from({ length: Math.min(batchSize, data.size - at) }, (_, i) => at + i);
  }
}
