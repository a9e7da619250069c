/** What a step finds of a batch; of several ranks each finds it of its slice, and all are told of the whole. */
import { noGrad, stack } from '@retort/torch';
import type { Slice } from '../data/index.ts';
import type { Ranks } from '../ranks/index.ts';
import { prefixed, tensorsUnder } from '../tensors/tensors-under.ts';
import type { Scalars } from './readings.ts';

/** What was found of one batch: terms, and what is watched, summed up over the samples. */
export interface Found {
  readonly terms: Scalars;
  readonly watched: Scalars;
}

/** What ranks found of their slices of a batch, of the whole of it. */
export function ofAllRanks(ranks: Ranks, slice: Slice | undefined, own: Found): Found {
  if (!slice || ranks.count === 1) return own;
  return noGrad(() => {
    const found = [...prefixed('terms.', own.terms), ...prefixed('watched.', own.watched)];
    const values = stack(found.map(([, value]) => value.detach().to('float64')));
    ranks.sum_(values);
    const all = Object.fromEntries(found.map(([name], i) => [name, values.select(0, i)]));
    const terms = tensorsUnder('terms.', all);
    const watched = tensorsUnder('watched.', all);
    const mean = (of: Scalars): Scalars =>
      Object.fromEntries(Object.entries(of).map(([name, value]) => [name, value.div(ranks.count)]));
    return { terms: mean(terms), watched: slice.isWhole ? mean(watched) : watched };
  });
}
