import { pearsonOf } from './pearson.ts';
import { spearmanOf } from './spearman.ts';
import { OfValuePairs } from './value-pairs.ts';

/** The mean of Pearson's and Spearman's correlation, by which GLUE's scripts choose on STS-B and which they call `corr`. Of `logits` [N, 1] and `values` [N]. */
export class Corr extends OfValuePairs {
  result(): { readonly corr: number } {
    const { pairs } = this;
    return { corr: (pearsonOf(pairs) + spearmanOf(pairs)) / 2 };
  }
}
