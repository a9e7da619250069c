import { mean } from './mean.ts';
import { OfValuePairs, type ValuePairs } from './value-pairs.ts';

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

/** Differences from their mean, of length 1; null where they do not differ. */
function centred(values: readonly number[]): readonly number[] | null {
  if (isConstant(values)) return null;
  const middle = mean(values);
  const differences = values.map((value) => value - middle);
  const norm = Math.sqrt(differences.reduce((sum, value) => sum + value ** 2, 0));
  return norm > 0 ? differences.map((value) => value / norm) : null;
}

/** Pearson's correlation, in [−1, 1]; 0 where one of the two does not vary. */
export function pearsonOf({ said, are }: ValuePairs): number {
  const [x, y] = [centred(said), centred(are)];
  if (!x || !y) return 0;
  const product = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return Math.max(-1, Math.min(1, product));
}

/**
 * Pearson's correlation of the numbers that are said with those that are. It is 0 where the same is said of all samples, where all are the same, and of one
 * sample alone: SciPy has no number there (nan, and of one sample an error), but a network that has not begun to learn is no reason to end its run, and shows no
 * relation. Of `logits` [N, 1] and `values` [N].
 */
export class Pearson extends OfValuePairs {
  result(): { readonly pearson: number } {
    return { pearson: pearsonOf(this.pairs) };
  }
}
