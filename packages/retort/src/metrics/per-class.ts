import { ones_like, type Tensor } from '@retort/torch';
import { ignoredAs } from '../data/index.ts';
import { cocoScores } from './boxes/coco.ts';
import { GatheredBoxes } from './boxes/of-boxes.ts';
import { Sums } from './sums.ts';

/** How a class was told from the others. */
export interface ClassAccuracy {
  readonly name: string;
  readonly images: number;
  readonly right: number;
  /** right / images; null where the data has no image of the class. */
  readonly accuracy: number | null;
}

/** Accuracy of each class, batch by batch. */
export class ClassMeter {
  readonly #classes: readonly string[];
  readonly #images: Sums;
  readonly #right: Sums;

  constructor(classes: readonly string[]) {
    this.#classes = classes;
    this.#images = new Sums([classes.length]);
    this.#right = new Sums([classes.length]);
  }

  /** logits [N, C], labels [N]. */
  add(logits: Tensor, labels: Tensor): void {
    this.#images.addAt(labels, ones_like(labels));
    this.#right.addAt(labels, logits.argmax(1).eq(labels));
  }

  result(): ClassAccuracy[] {
    const [images, right] = [this.#images.values, this.#right.values];
    return this.#classes.map((name, i) => {
      const [of = 0, hits = 0] = [images[i], right[i]];
      return { name, images: of, right: hits, accuracy: of > 0 ? hits / of : null };
    });
  }
}

/** How the boxes of a class were found. */
export interface ClassPrecision {
  readonly name: string;
  /** How many there are to be found. */
  readonly boxes: number;
  /** COCO's, of all thresholds; null where the data has no box of the class. */
  readonly AP: number | null;
}

/** AP of each class, batch by batch. */
export class ClassPrecisionMeter {
  readonly #classes: readonly string[];
  readonly #found = new GatheredBoxes();

  constructor(classes: readonly string[]) {
    this.#classes = classes;
  }

  /** As a metric of boxes is fed. */
  add(...given: Parameters<GatheredBoxes['add']>): void {
    this.#found.add(...given);
  }

  result(): ClassPrecision[] {
    const { images } = this.#found;
    const { perClass } = cocoScores(images, this.#classes.length);
    const counts = this.#classes.map(() => 0);
    for (const { boxes } of images)
      for (const [i, of] of boxes.classes.entries())
        if (boxes.ignored[i] === ignoredAs.no) counts[of] = (counts[of] ?? 0) + 1;
    return this.#classes.map((name, i) => ({ name, boxes: counts[i] ?? 0, AP: perClass[i] ?? null }));
  }
}
