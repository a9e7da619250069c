/** Batches of images that are alike in shape, so that little of them is padding: torchvision's GroupedBatchSampler; a function of shapes, seed, epoch and the size of a batch. */
import type { Dataset } from './dataset.ts';

/** Torchvision's `aspect_ratio_group_factor` 3: so many groups from half as wide as high to square, and as many from there to twice as wide. */
const factor = 3;

/** Where one group ends and the next begins, of width by height. */
const edges = Array.from({ length: 2 * factor + 1 }, (_, i) => 2 ** (i / factor - 1));

/** The group of a shape, 0 to 7. @example groupOf(4 / 3) // 5 */
export const groupOf = (shape: number): number => edges.filter((edge) => edge <= shape).length;

/**
 * The same numbers in another order: each batch of one group, in the order in which they become full, and at the end what is left of all groups, those of like shape beside one another.
 * Torchvision shows some samples again instead, and leaves others out; here each is shown once.
 *
 * @param shuffled  numbers of samples, each once, by chance
 */
export function byShape(
  { shapes }: Pick<Dataset, 'shapes'>,
  shuffled: Int32Array,
  batchSize: number,
): Int32Array {
  if (!shapes) return shuffled;
  const order = new Int32Array(shuffled.length);
  const waiting: number[][] = Array.from({ length: edges.length + 1 }, () => []);
  let at = 0;
  const show = (ids: readonly number[]): void => {
    order.set(ids, at);
    at += ids.length;
  };
  for (const id of shuffled) {
    const group = waiting[groupOf(shapes[id] ?? 1)] ?? [];
    group.push(id);
    if (group.length === batchSize) show(group.splice(0));
  }
  for (const group of waiting) show(group);
  return order;
}
