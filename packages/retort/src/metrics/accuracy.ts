/** How often a classifier is right. */
import { functional, type Tensor, tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Metric } from './metric.ts';
import { Sums } from './sums.ts';

/** What `Accuracy` finds. */
export interface AccuracyScores {
  /** Shares of the images, in [0, 1]. With fewer than five classes top5 is 1. */
  readonly top1: number;
  readonly top5: number;
  /** Mean, in nats. */
  readonly crossEntropy: number;
}

/** Of `logits` [N, C] and `labels` [N]. */
export class Accuracy implements Metric {
  readonly merge = 'sum';
  readonly #sums = new Sums([4]);

  add({ logits }: Outputs, { labels }: Targets): void {
    if (!logits || !labels) throw new RangeError('accuracy needs logits and labels');
    const [, best] = logits.topk(Math.min(5, logits.size(1)), 1);
    const right = best.eq(labels.unsqueeze(1)).to('float32');
    const found = [
      right.select(1, 0).sum().item(),
      right.sum().item(),
      functional.cross_entropy(logits, labels, { reduction: 'sum' }).item(),
      labels.size(0),
    ];
    this.#sums.add(tensor(found, { dtype: 'float64' }));
  }

  state(): readonly Tensor[] {
    return [this.#sums.tensor];
  }

  result(): { readonly [Name in keyof AccuracyScores]: number } {
    const [top1 = 0, top5 = 0, crossEntropy = 0, samples = 0] = this.#sums.values;
    return { top1: top1 / samples, top5: top5 / samples, crossEntropy: crossEntropy / samples };
  }
}
