/** How well a classifier does on a data set. */
import { functional, type nn, type Tensor } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import { type EvaluateOptions, pass } from './pass.ts';
import { scored } from './scored.ts';

export interface Accuracy {
  /** Shares of the images, in [0, 1]. With fewer than five classes top5 is 1. */
  readonly top1: number;
  readonly top5: number;
  /** Mean cross entropy, in nats. */
  readonly crossEntropy: number;
  readonly images: number;
  readonly imagesPerSecond: number;
}

/** Accuracy, batch by batch. */
export class AccuracyMeter {
  #top1 = 0;
  #top5 = 0;
  #crossEntropy = 0;
  #images = 0;

  /** logits [N, C], labels [N]. */
  add(logits: Tensor, labels: Tensor): void {
    const [, best] = logits.topk(Math.min(5, logits.size(1)), 1);
    const right = best.eq(labels.unsqueeze(1)).to('float32');
    this.#top1 += right.select(1, 0).sum().item();
    this.#top5 += right.sum().item();
    this.#crossEntropy += functional.cross_entropy(logits, labels, { reduction: 'sum' }).item();
    this.#images += labels.size(0);
  }

  /** @param seconds  in the model's forward */
  result(seconds: number): Accuracy {
    const images = this.#images;
    return {
      top1: this.#top1 / images,
      top5: this.#top5 / images,
      crossEntropy: this.#crossEntropy / images,
      images,
      imagesPerSecond: images / seconds,
    };
  }
}

/**
 * Evaluates a model on all images, without augmentation; its training mode is as before afterwards.
 *
 * @throws EvaluationError where an image's logits are NaN or infinite: they are no answer, and not counted as one
 * @throws the signal's reason if it is aborted
 * @example const { top1 } = await evaluate(student, test);
 */
export async function evaluate(
  model: nn.Layer,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<Accuracy> {
  const meter = new AccuracyMeter();
  let seconds = 0;
  await pass([model], data, options, (batch) => {
    const start = performance.now();
    const logits = model.forward(batch.images);
    seconds += (performance.now() - start) / 1000;
    meter.add(scored(options.whose ?? 'the model', model, batch, logits), batch.labels);
  });
  return meter.result(seconds);
}

/** Below this a classifier knows next to nothing: a tenth of the way from chance to perfection. */
export function nearChance(top1: number, classes: number): boolean {
  const chance = 1 / classes;
  return top1 < chance + 0.1 * (1 - chance);
}
