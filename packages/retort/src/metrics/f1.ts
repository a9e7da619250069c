import { f1Of, OfClassCounts } from './class-counts.ts';

/** The F1 of class 1 of two, as of GLUE's MRPC and QQP; 0 where none is of it nor said to be. Of `logits` [N, 2] and `labels` [N]. */
export class F1 extends OfClassCounts {
  result(): { readonly f1: number } {
    const { 1: positive } = this.counts;
    return { f1: positive ? f1Of(positive) : 0 };
  }
}
