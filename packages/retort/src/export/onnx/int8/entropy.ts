/**
 * Ranges in which few levels tell most of how elements are distributed: of all ranges around zero the one whose levels differ least, by the divergence of
 * Kullback and Leibler, from the elements with those outside moved to its ends ("8-bit inference with TensorRT", GTC 2017). This is
 * onnxruntime's `EntropyCalibrater`, of 2048 bins: of 128, its default, the only range with 128 levels is the whole one.
 */
import { count, evenEdges } from './histogram.ts';
import { joined, type Observer, type Range, within } from './range.ts';

/** In the first batch. */
const bins = 2048;
/** Where more would be needed, two become one: the work grows with their square. */
const mostBins = 4096;
const levels = 128;

/** What a bin without elements is taken to have, of one. */
const epsilon = 1e-4;

/** With something in each bin, taken from the others; null where there is nothing to take. */
function smooth(counts: Float64Array): Float64Array | null {
  let zeros = 0;
  for (const each of counts) if (each === 0) zeros++;
  const taken = (epsilon * zeros) / (counts.length - zeros);
  if (!(taken < 1)) return null;
  return counts.map((each) => Math.fround(each === 0 ? epsilon : each - taken));
}

function sumOf(counts: Float64Array): number {
  let sum = 0;
  for (const each of counts) sum += each;
  return sum;
}

function divergence(p: Float64Array, q: Float64Array): number {
  const share = sumOf(q) / sumOf(p);
  let all = 0;
  for (let i = 0; i < p.length; i++) {
    const each = p[i] ?? 0;
    all += each * Math.log((each / (q[i] ?? 0)) * share);
  }
  return all / sumOf(p);
}

export class Entropy implements Observer {
  #seen: Range | null = null;
  #threshold = 0;
  #edges: Float32Array = new Float32Array();
  #counts: Float64Array = new Float64Array();

  observe(elements: Float32Array, extremes: Range): void {
    const threshold = Math.max(Math.abs(extremes.least), Math.abs(extremes.most));
    if (!this.#seen || (this.#threshold === 0 && threshold > 0)) {
      // What was seen so far was zero, and lies in the middle whatever the range.
      const before = this.#seen ? this.#counts : new Float64Array(bins);
      this.#threshold = threshold;
      this.#edges = evenEdges(-threshold, threshold, before.length);
      this.#counts = before;
    } else if (threshold > this.#threshold) this.#grow(threshold);
    this.#seen = joined(this.#seen, extremes);
    count(elements, this.#edges, this.#counts);
  }

  /** More bins of the same width on both sides. */
  #grow(threshold: number): void {
    const stride = () => Math.fround(Math.fround(2 * this.#threshold) / this.#counts.length);
    const more = () => Math.floor(Math.fround((threshold - this.#threshold) / stride())) + 1;
    while (this.#counts.length + 2 * more() > mostBins) this.#coarsen(stride());
    const side = more();
    const counts = new Float64Array(this.#counts.length + 2 * side);
    counts.set(this.#counts, side);
    this.#threshold = Math.fround(Math.fround(side * stride()) + this.#threshold);
    this.#counts = counts;
    this.#edges = evenEdges(-this.#threshold, this.#threshold, counts.length);
  }

  /** Bins of twice the width, with zero between two of them still. */
  #coarsen(stride: number): void {
    const half = this.#counts.length / 2;
    const side = half % 2;
    this.#threshold = Math.fround(this.#threshold + side * stride);
    const { length } = this.#counts;
    this.#counts = Float64Array.from(
      { length: half + side },
      (_, i) => at(this.#counts, 2 * i - side, length) + at(this.#counts, 2 * i + 1 - side, length),
    );
  }

  range(): Range {
    const seen = this.#seen ?? { least: 0, most: 0 };
    const counts = this.#counts;
    const middle = Math.floor(counts.length / 2);
    const least = levels / 2;
    let best = { divergence: Number.POSITIVE_INFINITY, start: 0, end: 0 };
    const before = sums(counts);
    const total = before[counts.length] ?? 0;
    for (let half = least; half <= middle; half++) {
      const start = middle - half;
      const end = Math.min(middle + half + 1, counts.length);
      const found = lost(counts.subarray(start, end), before[start] ?? 0, total - (before[end] ?? 0));
      if (found < best.divergence || half === least) best = { divergence: found, start, end };
    }
    return within({ least: this.#edges[best.start] ?? 0, most: this.#edges[best.end] ?? 0 }, seen);
  }
}

const at = (counts: Float64Array, i: number, length: number): number =>
  i >= 0 && i < length ? (counts[i] ?? 0) : 0;

/** Of all before each, and of all. */
function sums(counts: Float64Array): Float64Array {
  const made = new Float64Array(counts.length + 1);
  counts.forEach((each, i) => {
    made[i + 1] = (made[i] ?? 0) + each;
  });
  return made;
}

/** What is lost of a distribution in so few levels, with `left` and `right` elements outside of it. */
function lost(inside: Float64Array, left: number, right: number): number {
  const p = inside.slice();
  const end = p.length - 1;
  p[0] = (p[0] ?? 0) + left;
  p[end] = (p[end] ?? 0) + right;
  const width = Math.floor(inside.length / levels);
  const q = new Float64Array(p.length);
  for (let level = 0; level < levels; level++) {
    const start = level * width;
    const stop = start + width;
    let sum = 0;
    let filled = 0;
    // The last has what is left over, though not its bins.
    for (let i = start; i < (level === levels - 1 ? inside.length : stop); i++) sum += inside[i] ?? 0;
    for (let i = start; i < stop; i++) if (p[i] !== 0) filled++;
    if (filled > 0) q.fill(Math.trunc(sum / filled), start, stop);
  }
  const [one, other] = [smooth(p), smooth(q)];
  return one && other ? divergence(one, other) : Number.POSITIVE_INFINITY;
}
