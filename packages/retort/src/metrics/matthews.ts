import { OfClassCounts } from './class-counts.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The Matthews correlation of what is said with what is, of any number of classes (Gorodkin 2004), in [−1, 1]: with n samples of which c are
 * right, and t_k of class k that are said to be of it p_k times,
 *
 *     ( c · n − Σ t_k p_k ) / √( (n² − Σ p_k²) (n² − Σ t_k²) )
 *
 * It is 0 where all samples are of one class or all are said to be, as in scikit-learn. Of `logits` [N, C] and `labels` [N].
 */
export class Matthews extends OfClassCounts {
  result(): { readonly matthews: number } {
    const { counts } = this;
    const [n, c] = [sum(counts.map(({ are }) => are)), sum(counts.map(({ right }) => right))];
    const of = (product: (count: (typeof counts)[number]) => number): number => sum(counts.map(product));
    const squares = (n ** 2 - of(({ said }) => said ** 2)) * (n ** 2 - of(({ are }) => are ** 2));
    return {
      matthews: squares === 0 ? 0 : (c * n - of(({ are, said }) => are * said)) / Math.sqrt(squares),
    };
  }
}
