/** In which order samples are shown. */
import { DataError, type Dataset } from './dataset.ts';
import { byLength } from './length-buckets.ts';
import { permutation } from './philox.ts';
import { balancedOrder, type Sampling } from './sampling.ts';
import { byShape } from './shape-groups.ts';

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

/** Of which epoch, and in batches of how many samples. */
export interface EpochOptions {
  readonly seed: number;
  readonly epoch: number;
  readonly batchSize: number;
}

/** The numbers of the samples of each batch of an epoch; the last may be smaller. @throws DataError where its order is none */
export function* epochBatches(data: Dataset, options: EpochOptions): Generator<Int32Array> {
  for (const { ids } of shownBatches(data, options)) yield ids;
}

/** What a batch shows. */
export interface ShownBatch {
  /** The numbers of its samples. */
  readonly ids: Int32Array;
  /** Which time in the epoch each is shown, from 0; null where none is shown twice. */
  readonly times: Int32Array | null;
}

/** Each number so many times in a row, as many numbers as there were. */
const repeated = (order: Int32Array, repeats: number): Int32Array =>
  repeats === 1 ? order : order.map((_, at) => order[Math.floor(at / repeats)] ?? 0);

/** How often each number came before. */
function timesOf(order: Int32Array): Int32Array {
  const counts = new Int32Array(order.length);
  return order.map((id) => {
    const before = counts[id] ?? 0;
    counts[id] = before + 1;
    return before;
  });
}

/**
 * The batches of an epoch, which shows as many samples as there are: each once, or as `sampling` says.
 *
 * @throws DataError for an order of the data set's own that is none, and for samples that cannot be balanced
 */
export function* shownBatches(
  data: Dataset,
  { seed, epoch, batchSize }: EpochOptions,
  { by = 'shuffled', repeats = 1 }: Sampling = {},
): Generator<ShownBatch> {
  const isBalanced = by === 'balanced';
  const shuffled = isBalanced ? balancedOrder(data, seed, epoch) : orderOf(data, seed, epoch);
  const chosen =
    by === 'length'
      ? byLength(data, shuffled, { seed, epoch, batchSize })
      : by === 'shape'
        ? byShape(data, shuffled, Math.max(1, Math.floor(batchSize / repeats)))
        : shuffled;
  const order = repeated(chosen, repeats);
  const times = isBalanced || repeats > 1 ? timesOf(order) : null;
  for (let at = 0; at < order.length; at += batchSize)
    yield {
      ids: order.subarray(at, at + batchSize),
      times: times?.subarray(at, at + batchSize) ?? null,
    };
}

/** The numbers of all samples, for evaluation: in their own order, or those that are alike long beside one another, the longest first. */
export function* sequentialBatches(
  { size, lengths }: Pick<Dataset, 'size' | 'lengths'>,
  batchSize: number,
): Generator<Int32Array> {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  if (lengths) order.sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  for (let at = 0; at < size; at += batchSize) yield order.slice(at, at + batchSize);
}

/** Samples that are looked at for what may differ between them, as the sizes of images. */
const looked = 16;

/** The numbers of a few samples, from all of the data. @example someOf({ size: 32 }) // 0, 2, 4, … 30 */
export function someOf({ size }: Pick<Dataset, 'size'>): Int32Array {
  const count = Math.min(looked, size);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
