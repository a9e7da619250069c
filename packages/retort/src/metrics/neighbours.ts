/** What features are worth: how well the nearest neighbours of a sample tell its class. */
import { noGrad, scope, type Tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { Gathered } from './gathered.ts';
import type { Metric, Scores } from './metric.ts';
import { rightByNeighbours, unit } from './nearest.ts';

/** k and τ of Wu et al. 2018. */
const [most, temperature] = [200, 0.07];

/** How many vote of a split of so many samples. */
const voters = (count: number, classes: number): number =>
  count > 2 * most ? most : Math.max(1, Math.floor((count - 1) / classes));

/**
 * Weighted nearest neighbours among the other samples of the split (Wu et al. 2018, "Unsupervised Feature Learning via Non-Parametric Instance
 * Discrimination", section 3.4): the classes of the 200 samples with the largest cosines, each weighted by exp(cosine / 0.07). Of a split of at
 * most 400, where nearly all would vote and a sample's own class have one vote less than the rest, as many as a class has on average. Of `embedding` [N, D]
 * and `labels` [N].
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
    this.#gathered.add(ids, unit(embedding), labels);
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
        const vote = { neighbours: voters(count, this.#classes), temperature };
        const [right = 0] = rightByNeighbours({ vectors, labels, classes: this.#classes }, [vote], null);
        return { neighbours: right / count };
      }),
    );
  }
}
