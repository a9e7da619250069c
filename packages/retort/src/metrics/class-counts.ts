import { cat, ones_like, type Tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Metric, Scores } from './metric.ts';
import { Sums } from './sums.ts';

/** Of a class, how many samples are of it, are said to be, and are rightly said to be. */
export interface ClassCount {
  readonly are: number;
  readonly said: number;
  readonly right: number;
}

/** 2 · right / (said + are), the harmonic mean of precision and recall; 0 where there is nothing to divide by, as in scikit-learn. */
export const f1Of = ({ are, said, right }: ClassCount): number =>
  said + are > 0 ? (2 * right) / (said + are) : 0;

/**
 * What a score of counts is made of. Of `logits` [N, C] and `labels` [N], of which the largest logit is what is said, or `multiLabels` [N, C]:
 * then every class is said whose logit is above 0, which is a probability above one half.
 */
export abstract class OfClassCounts implements Metric {
  readonly merge = 'sum';
  readonly #classes: number;
  readonly #sums: Sums;

  constructor(classes: number) {
    this.#classes = classes;
    this.#sums = new Sums([3 * classes]);
  }

  add({ logits }: Outputs, { labels, multiLabels }: Targets): void {
    if (!logits || !(labels || multiLabels))
      throw new RangeError('scores of classes need logits, and labels or multiLabels');
    if (labels) this.#addOne(logits.argmax(1), labels);
    else if (multiLabels) this.#addSeveral(logits.gt(0), multiLabels.gt(0));
  }

  #addOne(said: Tensor, labels: Tensor): void {
    const count = (which: number, classes: Tensor, values: Tensor): void =>
      this.#sums.addAt(classes.add(which * this.#classes), values);
    count(0, labels, ones_like(labels));
    count(1, said, ones_like(said));
    count(2, labels, said.eq(labels));
  }

  #addSeveral(said: Tensor, are: Tensor): void {
    this.#sums.add(
      cat(
        [are, said, are.logical_and(said)].map((which) => which.sum(0)),
        0,
      ),
    );
  }

  state(): readonly Tensor[] {
    return [this.#sums.tensor];
  }

  /** Of each class. */
  get counts(): readonly ClassCount[] {
    const { values } = this.#sums;
    const at = (which: number, i: number): number => values[which * this.#classes + i] ?? 0;
    return Array.from({ length: this.#classes }, (_, i) => ({
      are: at(0, i),
      said: at(1, i),
      right: at(2, i),
    }));
  }

  abstract result(): Scores;
}
