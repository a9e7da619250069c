import { scope, type Tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { Gathered } from './gathered.ts';
import { mean } from './mean.ts';
import type { Metric } from './metric.ts';

/**
 * The mean of precision at each recall of a class that is reached by going down the samples by their logits, Σ (R_i − R_{i−1}) · P_i; those with
 * the same logit come at once. 0 where no sample is of the class, as in scikit-learn.
 */
function averagePrecision(logits: readonly number[], are: readonly boolean[]): number {
  const order = logits.map((_, i) => i).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  const all = are.filter(Boolean).length;
  let [found, before, sum] = [0, 0, 0];
  for (const [place, i] of order.entries()) {
    if (are[i]) found += 1;
    const next = order[place + 1];
    if (next !== undefined && logits[next] === logits[i]) continue;
    sum += ((found - before) * found) / (place + 1);
    before = found;
  }
  return all > 0 ? sum / all : 0;
}

/** The mean over classes of their average precision, however many of them are said: of `logits` and `multiLabels` [N, C]. */
export class AveragePrecision implements Metric {
  readonly merge = 'gather';
  readonly #gathered = new Gathered();

  add({ logits }: Outputs, { multiLabels }: Targets, ids: Tensor): void {
    if (!logits || !multiLabels) throw new RangeError('average precision needs logits and multiLabels');
    this.#gathered.add(ids, logits.to('float64'), multiLabels);
  }

  state(): readonly Tensor[] {
    return this.#gathered.tensors;
  }

  result(): { readonly averagePrecision: number } {
    return scope(() => {
      const [, logits, multiLabels] = this.state();
      if (!logits || !multiLabels) throw new RangeError('average precision needs logits and multiLabels');
      const ofClass = (i: number): number =>
        averagePrecision(
          logits.select(1, i).toFlatArray().map(Number),
          multiLabels.select(1, i).toFlatArray().map(Boolean),
        );
      return { averagePrecision: mean(Array.from({ length: logits.size(1) }, (_, i) => ofClass(i))) };
    });
  }
}
