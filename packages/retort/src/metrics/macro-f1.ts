import { f1Of, OfClassCounts } from './class-counts.ts';
import { mean } from './mean.ts';

/**
 * The mean of the F1 of each class. Where a sample is of one class, those count that some sample is of or is said to be of, and where it may be
 * of several, all count, as in scikit-learn. Of `logits` [N, C] and `labels` [N] or `multiLabels` [N, C].
 */
export class MacroF1 extends OfClassCounts {
  readonly #all: boolean;

  /** @param all  whether classes count that no sample is of nor said to be of */
  constructor(classes: number, all: boolean) {
    super(classes);
    this.#all = all;
  }

  result(): { readonly macroF1: number } {
    const met = this.counts.filter(({ are, said }) => this.#all || are + said > 0);
    return { macroF1: met.length > 0 ? mean(met.map(f1Of)) : 0 };
  }
}
