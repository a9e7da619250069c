/** An order that reads tars forward: one after another, in an order by chance, through a buffer that shuffles what comes out. */
import { below, draw, permutation } from '../../philox.ts';

/**
 * The numbers of all samples, each once; a function of seed and epoch alone.
 *
 * @param sizes  how many samples each tar has; their numbers follow one another
 * @param buffer  how many samples wait at a time, of which any may be next; with 1, tars alone are in an order by chance
 * @example shardOrder([2, 2], 1, { seed: 0, epoch: 1 }) // [2, 3, 0, 1] or [0, 1, 2, 3]
 */
export function shardOrder(
  sizes: readonly number[],
  buffer: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Int32Array {
  const starts: number[] = [];
  let total = 0;
  for (const size of sizes) {
    starts.push(total);
    total += size;
  }
  const read = new Int32Array(total);
  let at = 0;
  for (const shard of permutation(sizes.length, { seed, epoch, purpose: 'order' }))
    for (let i = 0; i < (sizes[shard] ?? 0); i++) read[at++] = (starts[shard] ?? 0) + i;
  const order = new Int32Array(total);
  const waiting = read.slice(0, Math.min(buffer, total));
  let left = waiting.length;
  for (let i = 0; i < total; i++) {
    const [word] = draw({ seed, epoch, sample: i, purpose: 'order', number: 1 });
    const place = below(left, word);
    order[i] = waiting[place] ?? 0;
    const next = i + waiting.length;
    // As the last ones go, the buffer gets shorter.
    waiting[place] = (next < total ? read[next] : waiting[--left]) ?? 0;
  }
  return order;
}
