/** How well a classifier does on a data set. */
import { functional, nextTurn, type nn, noGrad, scope } from '@retort/torch';
import { type Dataset, makeBatch, sequentialBatches } from '../data/index.ts';

export interface Accuracy {
  /** Shares of the images, in [0, 1]. With fewer than five classes top5 is 1. */
  readonly top1: number;
  readonly top5: number;
  /** Mean cross entropy, in nats. */
  readonly crossEntropy: number;
  readonly images: number;
  readonly imagesPerSecond: number;
}

export interface EvaluateOptions {
  readonly batchSize?: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates a model on all images, without augmentation; its training mode is as before afterwards.
 *
 * @throws the signal's reason if it is aborted
 * @example const { top1 } = await evaluate(student, test);
 */
export async function evaluate(
  model: nn.Layer,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<Accuracy> {
  const { batchSize = 250, onProgress, signal } = options;
  const { training } = model;
  const k = Math.min(5, data.classes.length);
  const sums = { top1: 0, top5: 0, crossEntropy: 0 };
  let done = 0;
  let seconds = 0;
  model.to({ memoryFormat: 'channels_last' }).eval();
  try {
    for (const ids of sequentialBatches(data, batchSize)) {
      signal?.throwIfAborted();
      scope(() =>
        noGrad(() => {
          const { images, labels } = makeBatch(data, ids, { seed: 0, epoch: 0 });
          const start = performance.now();
          const logits = model.forward(images);
          seconds += (performance.now() - start) / 1000;
          const [, best] = logits.topk(k, 1);
          const right = best.eq(labels.unsqueeze(1)).to('float32');
          sums.top1 += right.select(1, 0).sum().item();
          sums.top5 += right.sum().item();
          sums.crossEntropy += functional.cross_entropy(logits, labels, { reduction: 'sum' }).item();
        }),
      );
      done += ids.length;
      onProgress?.(done, data.size);
      await nextTurn();
    }
  } finally {
    model.train(training);
  }
  return {
    top1: sums.top1 / done,
    top5: sums.top5 / done,
    crossEntropy: sums.crossEntropy / done,
    images: done,
    imagesPerSecond: done / seconds,
  };
}

/** Below this a classifier knows next to nothing: a tenth of the way from chance to perfection. */
export function nearChance(top1: number, classes: number): boolean {
  const chance = 1 / classes;
  return top1 < chance + 0.1 * (1 - chance);
}
