import { ones_like, type Tensor } from '@retort/torch';
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
