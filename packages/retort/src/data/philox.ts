/**
 * A counter-based random generator, Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): numbers are
 * a pure function of a key and a counter, so a draw depends on what it is for and never on what was drawn before.
 */

function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Both sums are below 2^32.
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const carry = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) >>> 0;
}

export type Words = readonly [number, number, number, number];

/** Four 32-bit words from a counter of four words and a key of two. */
export function philox4x32(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0 >>> 0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = mulHigh(0xcd9e8d57, c2 >>> 0);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** What a draw is for; draws for different purposes are independent. */
const purposes = {
  order: 0,
  augmentation: 1,
  subset: 2,
  step: 3,
  parts: 4,
  'hold-out': 5,
  mixing: 6,
  sampling: 7,
  batches: 8,
} as const;

export interface DrawKey {
  readonly seed: number;
  readonly epoch: number;
  readonly sample: number;
  /** Which of several views of the sample. */
  readonly view?: number;
  readonly purpose: keyof typeof purposes;
  /** Of several that draw for a purpose, which, and which of its draws; below 2^12 and 2^16. */
  readonly place?: number;
  readonly number?: number;
}

/** Four random 32-bit words for one sample. @throws RangeError for a place or number that is too large @example draw({ seed: 0, epoch: 3, sample: 17, purpose: 'augmentation' }) */
export function draw({ seed, epoch, sample, view = 0, purpose, place = 0, number = 0 }: DrawKey): Words {
  if (place >= 1 << 12 || number >= 1 << 16)
    throw new RangeError(
      `there are 4096 places to draw from and 65536 draws at each, counted from 0; this is draw ${number} at place ${place}`,
    );
  const high = Math.floor(seed / 0x100000000);
  // 4 bits of purpose, 12 of place, 16 of number.
  const word = (purposes[purpose] | (place << 4) | (number << 16)) >>> 0;
  return philox4x32([sample, epoch, view, word], [seed >>> 0, high >>> 0]);
}

/** A whole number in [0, n) from one word. */
export function below(n: number, word: number): number {
  return Math.floor((word / 0x100000000) * n);
}

/** A permutation of 0 … size-1 that depends on seed, epoch and purpose only. */
export function permutation(size: number, key: Omit<DrawKey, 'sample' | 'view'>): Int32Array {
  // The rank of a sample is its random word; equal words are ordered by sample. Both are halves of a 64-bit number, the word the higher
  // one (all processors that Node runs on are little-endian): 53 bits would hold no more than 2^21 samples.
  const ranks = new BigUint64Array(size);
  const halves = new Uint32Array(ranks.buffer);
  for (let sample = 0; sample < size; sample++) {
    halves[2 * sample] = sample;
    halves[2 * sample + 1] = draw({ ...key, sample })[0];
  }
  ranks.sort();
  const order = new Int32Array(size);
  for (let place = 0; place < size; place++) order[place] = halves[2 * place] ?? 0;
  return order;
}
