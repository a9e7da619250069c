/** Batches of samples that are alike long, so that little of them is padding; a function of lengths, seed, epoch and the size of a batch. */
import type { Dataset } from './dataset.ts';
import { permutation } from './philox.ts';

/** Of so many batches, one after another in an order by chance, samples are put together by their length; as of transformers' `group_by_length`. */
const together = 50;

/**
 * The same numbers in another order: within every 50 batches the longest first, and then the batches in an order by chance. A batch that is not full
 * stays the last.
 *
 * @param shuffled  numbers of samples, each once, by chance
 */
export function byLength(
  { lengths }: Pick<Dataset, 'lengths'>,
  shuffled: Int32Array,
  { seed, epoch, batchSize }: { readonly seed: number; readonly epoch: number; readonly batchSize: number },
): Int32Array {
  if (!lengths) return shuffled;
  const span = together * batchSize;
  const sorted = new Int32Array(shuffled.length);
  for (let at = 0; at < shuffled.length; at += span)
    // A sort that keeps the order of those that are alike.
    sorted.set(
      shuffled.slice(at, at + span).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0)),
      at,
    );
  const whole = Math.floor(sorted.length / batchSize);
  const order = new Int32Array(sorted.length);
  const batches = permutation(whole, { seed, epoch, purpose: 'batches' });
  for (const [place, batch] of batches.entries())
    order.set(sorted.subarray(batch * batchSize, (batch + 1) * batchSize), place * batchSize);
  order.set(sorted.subarray(whole * batchSize), whole * batchSize);
  return order;
}
