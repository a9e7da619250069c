/** Precision and recall of one class over all images, as COCO has them. */
import type { AreaRange } from './areas.ts';
import { bestFirst } from './judged-image.ts';
import { type Matched, match, mostDetections, type Overlapping, thresholds } from './matching.ts';

/** At which recalls precision is looked at: 0, 0.01 … 1, to the bits of numpy's linspace. */
const recalls: readonly number[] = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * (1 / 100)));

/** The distance from 1 to the number after it, which pycocotools adds where it divides. */
const spacing = Number.EPSILON;

/** All detections of a class, image after image. */
export interface OfAllImages {
  readonly images: readonly Overlapping[];
  /** Places in what follows, the best first. */
  readonly order: Uint32Array;
  /** Which of its image each is, from 0, the best first. */
  readonly rank: Uint8Array;
}

/** @param images  those that have boxes or detections of the class */
export function ofAllImages(images: readonly Overlapping[]): OfAllImages {
  const counts = images.map(({ detections }) => Math.min(mostDetections, detections.length));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [scores, rank] = [new Float64Array(total), new Uint8Array(total)];
  let at = 0;
  for (const [i, { image, detections }] of images.entries())
    for (let d = 0; d < (counts[i] ?? 0); d++) {
      scores[at] = image.detections.scores[detections[d] ?? 0] ?? 0;
      rank[at] = d;
      at += 1;
    }
  return { images, order: bestFirst(scores), rank };
}

/** Of a class and a size, by threshold. */
export interface Accumulated {
  /** The mean over 101 recalls of the best precision at that recall or beyond, 0 beyond what is reached. */
  readonly precision: readonly number[];
  /** Which share of the boxes is found by the best `most` detections of each image. */
  recall(most: number): readonly number[];
}

function joined(parts: readonly Uint16Array[], length: number): Uint16Array {
  const all = new Uint16Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The mean over recalls of precision, going down right and wrong detections. @param count  of boxes to be found */
function meanPrecision(right: Uint8Array, count: number): number {
  const [precision, recall] = [new Float64Array(right.length), new Float64Array(right.length)];
  let found = 0;
  for (let d = 0; d < right.length; d++) {
    found += right[d] ?? 0;
    recall[d] = found / count;
    precision[d] = found / (d + 1 + spacing);
  }
  for (let d = right.length - 1; d > 0; d--)
    precision[d - 1] = Math.max(precision[d - 1] ?? 0, precision[d] ?? 0);
  let [sum, d] = [0, 0];
  for (const wanted of recalls) {
    while (d < recall.length && (recall[d] ?? 0) < wanted) d += 1;
    sum += precision[d] ?? 0;
  }
  return sum / recalls.length;
}

/** Matches all images of a class and adds up what was found; null where none has a box of this size that is to be found. As `accumulate` of pycocotools 2.0.11. */
export function accumulate({ images, order, rank }: OfAllImages, range: AreaRange): Accumulated | null {
  const matched: readonly Matched[] = images.map((one) => match(one, range));
  const count = matched.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return null;
  const right = joined(
    matched.map((one) => one.right),
    order.length,
  );
  const ignored = joined(
    matched.map((one) => one.ignored),
    order.length,
  );
  /** Those that count at a threshold, the best first: 1 where it is right. */
  const counting = (t: number): Uint8Array => {
    const found = new Uint8Array(order.length);
    let length = 0;
    for (const d of order) {
      if ((ignored[d] ?? 0) & (1 << t)) continue;
      found[length] = ((right[d] ?? 0) >> t) & 1;
      length += 1;
    }
    return found.subarray(0, length);
  };
  return {
    precision: thresholds.map((_, t) => meanPrecision(counting(t), count)),
    recall: (most) =>
      thresholds.map((_, t) => {
        let found = 0;
        for (let d = 0; d < right.length; d++)
          if ((rank[d] ?? 0) < most && (right[d] ?? 0) & ~(ignored[d] ?? 0) & (1 << t)) found += 1;
        return found / count;
      }),
  };
}
