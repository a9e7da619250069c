/** Which images of the training split those of a batch are contrasted with. */
import { rand, type Tensor, tensor } from '@retort/torch';

export interface ContrastOptions {
  /** K, of each image. */
  readonly negatives: number;
  /** The image itself, or any of its class. */
  readonly positives: 'exact' | 'relax';
}

/** Images by class; drawn from libtorch's default generator. */
export class ContrastSamples {
  /** N. */
  readonly size: number;
  readonly #options: ContrastOptions;
  /** All images, class after class. */
  readonly #images: Int32Array;
  /** Where the images of each class are among them. */
  readonly #classes: readonly { readonly start: number; readonly count: number }[];
  /** 0 … N − 1, of which is drawn without replacement. */
  readonly #urn: Int32Array;

  /** @param labels  int64 [N], of all images @throws RangeError unless there are two classes */
  constructor(method: string, labels: Tensor, options: ContrastOptions) {
    const members: number[][] = [];
    for (const [image, label] of labels.toFlatArray().map(Number).entries()) {
      members[label] ??= [];
      members[label].push(image);
    }
    const classes = Array.from(members, (images = []) => images);
    if (classes.filter((images) => images.length > 0).length < 2)
      throw new RangeError(`${method} contrasts images of several classes, and all are of one`);
    this.size = labels.numel();
    this.#options = options;
    this.#images = Int32Array.from(classes.flat());
    let end = 0;
    this.#classes = classes.map(({ length }) => {
      end += length;
      return { start: end - length, count: length };
    });
    this.#urn = Int32Array.from({ length: this.size }, (_, i) => i);
  }

  /**
   * For each image of a batch a positive, then K negatives, which are of other classes: int64 [B, 1 + K]. No negative comes twice unless
   * there are less than K.
   *
   * @param labels  int64 [B]
   * @param ids  int64 [B]
   */
  draw(labels: Tensor, ids: Tensor): Tensor {
    const { negatives, positives } = this.#options;
    const shape = [ids.numel(), 1 + negatives];
    // One draw for all. On the CPU, whatever trains, so that a GPU contrasts the same images.
    const uniform = new Float64Array(rand(shape, { dtype: 'float64', device: 'cpu' }).toTypedArray().buffer);
    const drawn = new Int32Array(uniform.length);
    const images = ids.toFlatArray().map(Number);
    for (const [row, label] of labels.toFlatArray().map(Number).entries()) {
      const { start, count } = this.#classes[label] ?? { start: 0, count: 0 };
      const first = row * (1 + negatives);
      const any = start + Math.floor((uniform[first] ?? 0) * count);
      drawn[first] = (positives === 'exact' ? images[row] : this.#images[any]) ?? 0;
      const places = this.#pick(this.size - count, uniform.subarray(first + 1, first + 1 + negatives));
      for (let j = 0; j < negatives; j++) {
        const place = places[j] ?? 0;
        drawn[first + 1 + j] = this.#images[place < start ? place : place + count] ?? 0;
      }
    }
    return tensor(drawn, { dtype: 'int64', shape });
  }

  /** As many of 0 … n − 1 as there are random numbers in [0, 1): Fisher and Yates' shuffle, broken off. */
  #pick(n: number, uniform: Float64Array): Int32Array {
    const picked = new Int32Array(uniform.length);
    if (uniform.length > n) {
      for (let j = 0; j < picked.length; j++) picked[j] = Math.floor((uniform[j] ?? 0) * n);
      return picked;
    }
    const urn = this.#urn;
    const places = new Int32Array(uniform.length);
    for (let j = 0; j < picked.length; j++) {
      const place = j + Math.floor((uniform[j] ?? 0) * (n - j));
      picked[j] = urn[place] ?? 0;
      urn[place] = urn[j] ?? 0;
      places[j] = place;
    }
    // As it was, at no more than the cost of the draw.
    for (const place of places) urn[place] = place;
    return picked;
  }
}
