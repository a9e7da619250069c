/** A few samples of many. */
import type { Dataset } from './dataset.ts';
import { permutation } from './philox.ts';
import { subset } from './subset.ts';

/** The numbers of at most so many samples, always the same ones, in the order in which they lie; null where that is all of them. */
export function fewIds({ size }: Pick<Dataset, 'size'>, most: number): Int32Array | null {
  if (size <= most) return null;
  return permutation(size, { seed: 0, epoch: 0, purpose: 'subset' }).slice(0, most).sort();
}

/** At most so many, always the same ones, in the order in which they lie. @example few(test, 2000).size // 2000 */
export function few(data: Dataset, most: number): Dataset {
  const ids = fewIds(data, most);
  return ids ? subset(data, ids) : data;
}
