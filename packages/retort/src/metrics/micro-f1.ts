import { f1Of, OfClassCounts } from './class-counts.ts';

/** The F1 of all classes together: 2 · right / (said + are), each summed over classes and samples. Of `logits` and `multiLabels` [N, C]. */
export class MicroF1 extends OfClassCounts {
  result(): { readonly microF1: number } {
    const none = { are: 0, said: 0, right: 0 };
    const together = this.counts.reduce(
      (sum, { are, said, right }) => ({
        are: sum.are + are,
        said: sum.said + said,
        right: sum.right + right,
      }),
      none,
    );
    return { microF1: f1Of(together) };
  }
}
