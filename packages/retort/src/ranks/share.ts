/** What the first rank has, given to all. */
import { type Tensor, zeros } from '@retort/torch';
import type { Ranks } from './ranks.ts';

/** A value of the first rank, which JSON can say. @param value  is looked at on the first rank alone */
export const shareValue = <Value>(ranks: Ranks, value: () => Value): Value =>
  ranks.exchange(ranks.rank === 0 ? value() : null)[0] as Value;

/** Tensors of the first rank by name; the others get their own. @param tensors  is looked at on the first rank alone */
export function shareTensors(
  ranks: Ranks,
  tensors: () => Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const own = ranks.rank === 0 ? tensors() : {};
  const forms = shareValue(ranks, () =>
    Object.entries(own).map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
  );
  const all = Object.fromEntries(
    // In memory of their own, one after another: what is mapped from a file may not be sent as it lies.
    forms.map(({ name, shape, dtype }) => [name, own[name]?.contiguous() ?? zeros(shape, { dtype })]),
  );
  ranks.share_(Object.values(all));
  return all;
}
