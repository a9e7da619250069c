/**
 * Ranges up to the absolute value that most elements are under: onnxruntime's `PercentileCalibrater` as it is used for whole files, with a histogram of
 * absolute values that grows with them.
 */
import { count, evenEdges, pairs } from './histogram.ts';
import { joined, type Observer, type Range, within } from './range.ts';

/** In the first batch. */
const bins = 2048;
/** Where more would be needed, two become one. */
const mostBins = 2 ** 16;

export class Percentile implements Observer {
  readonly #percentile: number;
  #seen: Range | null = null;
  #edges: Float32Array = new Float32Array();
  #counts: Float64Array = new Float64Array();

  /** @param percentile  in percent */
  constructor(percentile: number) {
    this.#percentile = percentile;
  }

  observe(elements: Float32Array, extremes: Range): void {
    const sizes = elements.map(Math.abs);
    const most = Math.max(Math.abs(extremes.least), Math.abs(extremes.most));
    if (this.#seen) this.#grow(most);
    else this.#begin(sizes, most);
    this.#seen = joined(this.#seen, extremes);
    count(sizes, this.#edges, this.#counts);
  }

  #begin(sizes: Float32Array, most: number): void {
    const least = sizes.reduce((found, size) => Math.min(found, size), most);
    this.#edges = evenEdges(least, most, bins);
    this.#counts = new Float64Array(bins);
  }

  /** More bins of the same width, up to the one that has the largest. */
  #grow(most: number): void {
    const last = () => this.#edges.at(-1) ?? 0;
    const width = () => Math.fround((this.#edges[1] ?? 0) - (this.#edges[0] ?? 0));
    if (most <= last()) return;
    while (this.#counts.length + (most - last()) / width() > mostBins) this.#coarsen(2 * width());
    const step = width();
    const start = Math.fround(last() + step);
    const length = Math.ceil(Math.fround(Math.fround(Math.fround(most + step) - start) / step));
    const delta = Math.fround(Math.fround(start + step) - start);
    const edges = new Float32Array(this.#edges.length + Math.max(length, 0));
    edges.set(this.#edges);
    for (let i = 0; i < length; i++)
      edges[this.#edges.length + i] = i === 0 ? start : start + Math.fround(i * delta);
    const counts = new Float64Array(edges.length - 1);
    counts.set(this.#counts);
    this.#edges = edges;
    this.#counts = counts;
  }

  #coarsen(width: number): void {
    const first = this.#edges[0] ?? 0;
    this.#counts = pairs(this.#counts);
    this.#edges = Float32Array.from({ length: this.#counts.length + 1 }, (_, i) => first + i * width);
  }

  range(): Range {
    const seen = this.#seen ?? { least: 0, most: 0 };
    const total = this.#counts.reduce((sum, each) => sum + each, 0);
    let share = 0;
    const bin = this.#counts.findIndex((each) => {
      share += each / total;
      return share >= this.#percentile / 100;
    });
    const size = this.#edges[bin < 0 ? this.#counts.length : bin] ?? 0;
    return within({ least: -size, most: size }, seen);
  }
}
