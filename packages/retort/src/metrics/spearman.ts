import { pearsonOf } from './pearson.ts';
import { OfValuePairs, type ValuePairs } from './value-pairs.ts';

/** The rank of each, from 1; those that are alike share the mean of theirs. @example ranks([3, 1, 3]) // [2.5, 1, 2.5] */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (const i of order.slice(from, to)) found[i] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}

/** Spearman's correlation, in [−1, 1]: Pearson's of the ranks; 0 where one of the two does not vary. */
export const spearmanOf = ({ said, are }: ValuePairs): number =>
  pearsonOf({ said: ranks(said), are: ranks(are) });

/** Spearman's correlation of the numbers that are said with those that are; 0 where `Pearson` is, and for the same reason. Of `logits` [N, 1] and `values` [N]. */
export class Spearman extends OfValuePairs {
  result(): { readonly spearman: number } {
    return { spearman: spearmanOf(this.pairs) };
  }
}
