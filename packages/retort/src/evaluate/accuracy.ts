/** How well a classifier does on a data set. */
import { functional, type nn, scope, type Tensor } from '@retort/torch';
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

/** What a classifier is right on that does not look at the images. */
export interface Chance {
  /** Of the images, in [0, 1]: that of the largest class. */
  readonly share: number;
  /** The largest class; null where all are of the same size. */
  readonly majority: string | null;
}

/** Counts the classes of a split. @example chanceOf(test).share // 0.01 for CIFAR-100 */
export function chanceOf({ labels, classes, size }: Dataset): Chance {
  const counts = scope(() => labels.bincount({ minlength: classes.length }).toFlatArray().map(Number));
  const most = Math.max(...counts);
  const isEven = counts.every((count) => count === most);
  return { share: most / size, majority: isEven ? null : (classes[counts.indexOf(most)] ?? null) };
}

/**
 * Whether a classifier knows next to nothing: it is less than a tenth of the way from what always saying the largest class is right on to
 * perfection.
 *
 * @param top1  on this split, in [0, 1]
 * @example nearChance(0.104, cifar10.test) // true
 */
export function nearChance(top1: number, data: Dataset): boolean {
  const { share } = chanceOf(data);
  return top1 < share + 0.1 * (1 - share);
}
