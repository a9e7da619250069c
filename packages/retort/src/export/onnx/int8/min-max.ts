/** Ranges from the least element to the greatest. */
import { joined, type Observer, type Range } from './range.ts';

export class MinMax implements Observer {
  #seen: Range | null = null;

  observe(_: Float32Array, extremes: Range): void {
    this.#seen = joined(this.#seen, extremes);
  }

  range(): Range {
    return this.#seen ?? { least: 0, most: 0 };
  }
}
