/** Who of a story learns from which samples. */
import { type Dataset, permutation, subset } from '../../data/index.ts';
import type { Matter } from './story.ts';

export interface Shares {
  readonly teacher: Dataset;
  /** The student's, of which few have labels. */
  readonly pool: Dataset;
  /** Those that have some, as a seed draws them. */
  labelled(seed: number): Dataset;
}

export function sharesOf({ data: { train }, sizes, asked }: Matter): Shares {
  const order = permutation(train.size, { seed: 0, epoch: 0, purpose: 'subset' });
  const others = order.slice(sizes.teacher, sizes.teacher + sizes.student);
  const pool = subset(train, asked?.(others) ?? others);
  return {
    teacher: subset(train, order.slice(0, sizes.teacher)),
    pool,
    labelled(seed) {
      const drawn = permutation(pool.size, { seed, epoch: 0, purpose: 'subset' });
      return subset(pool, drawn.slice(0, sizes.labelled));
    },
  };
}
