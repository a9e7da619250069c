import { type ClassCount, f1Of, OfClassCounts } from './class-counts.ts';

/** The F1 of all classes together: 2 · right / (said + are), each summed over classes and samples. Of `logits` and `multiLabels` [N, C]. */
export class MicroF1 extends OfClassCounts {
  result(): { readonly microF1: number } {
    const { counts } = this;
    const all = (of: keyof ClassCount): number => counts.reduce((sum, count) => sum + count[of], 0);
    return { microF1: f1Of({ are: all('are'), said: all('said'), right: all('right') }) };
  }
}
