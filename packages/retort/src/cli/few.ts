/** A few samples of many. */
import { type Dataset, permutation, subset } from '../data/index.ts';

/** At most so many, always the same ones, in the order in which they lie. @example few(test, 2000).size // 2000 */
export function few(data: Dataset, most: number): Dataset {
  if (data.size <= most) return data;
  const drawn = permutation(data.size, { seed: 0, epoch: 0, purpose: 'subset' }).slice(0, most);
  return subset(data, drawn.sort());
}
