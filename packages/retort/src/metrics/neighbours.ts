/** What features are worth: how well the nearest neighbours of a sample tell its class. */
import { functional, noGrad, scope, type Tensor, zeros } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { Gathered } from './gathered.ts';
import type { Metric, Scores } from './metric.ts';

/** k and τ of Wu et al. 2018. */
const [most, temperature] = [200, 0.07];

/** Samples compared with all others at a time. */
const rows = 500;

/**
 * Weighted nearest neighbours among the other samples of the split (Wu et al. 2018, "Unsupervised Feature Learning via Non-Parametric Instance
 * Discrimination", section 3.4): the classes of the 200 samples with the largest cosines, each weighted by exp(cosine / 0.07). Of `embedding`
 * [N, D] and `labels` [N].
 */
export class Neighbours implements Metric {
  readonly merge = 'gather';
  readonly #classes: number;
  readonly #gathered = new Gathered();

  constructor(classes: number) {
    this.#classes = classes;
  }

  add({ embedding }: Outputs, { labels }: Targets, ids: Tensor): void {
    if (!embedding || !labels) throw new RangeError('the score of neighbours needs embeddings and labels');
    this.#gathered.add(ids, functional.normalize(embedding.to('float32')), labels);
  }

  /** @throws RangeError where there is nothing to put together */
  state(): readonly Tensor[] {
    return this.#gathered.tensors;
  }

  result(): Scores {
    return scope(() =>
      noGrad(() => {
        const [, vectors, labels] = this.state();
        if (!vectors || !labels) throw new RangeError('the score of neighbours needs embeddings and labels');
        const count = vectors.size(0);
        const nearest = Math.min(most, count - 1);
        let right = 0;
        for (let at = 0; at < count; at += rows) {
          right += scope(() => {
            const few = Math.min(rows, count - at);
            const cosines = vectors.narrow(0, at, few).mm(vectors.t());
            // None is its own neighbour.
            cosines.narrow(1, at, few).fill_diagonal_(Number.NEGATIVE_INFINITY);
            const [values, index] = cosines.topk(nearest, 1);
            const votes = zeros([few, this.#classes]).scatter_add(
              1,
              labels.index_select(0, index.flatten()).reshape([few, nearest]),
              values.div(temperature).exp(),
            );
            return votes
              .argmax(1)
              .eq(labels.narrow(0, at, few))
              .sum()
              .item();
          });
        }
        return { neighbours: right / count };
      }),
    );
  }
}
