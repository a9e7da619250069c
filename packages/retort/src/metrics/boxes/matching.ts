/** Which detection finds which box of an image, as COCO has it. */
import { ignoredAs } from '../../data/index.ts';
import { type AreaRange, isWithin } from './areas.ts';
import type { OfClass } from './judged-image.ts';

/** From which overlap on a box is found: 0.5, 0.55 … 0.95, to the bits of numpy's linspace. */
export const thresholds: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9),
);

/** A detection beyond so many of its image and class is not looked at. */
export const mostDetections = 100;

/** What became of detections, a bit for each of the thresholds. */
export interface Matched {
  /** At which of them it found a box. */
  readonly right: Uint16Array;
  /** At which of them it does not count, right or wrong: what it found is ignored, or it found nothing and is of another size. */
  readonly ignored: Uint16Array;
  /** How many boxes there are to be found. */
  readonly count: number;
}

/** What of an image and class is to be matched: with overlaps [D · G], a row a detection. */
export interface Overlapping extends OfClass {
  readonly overlaps: Float64Array;
}

/**
 * Matches the detections of an image and class with its boxes, for boxes of a size. The best detection chooses first, the box that it lies over most, of equals the last; one that is
 * to be ignored (a crowd, which may be found any number of times, a difficult one, which pycocotools does not know, or one of another size) only where it has no other. As `evaluateImg` of pycocotools 2.0.11.
 */
export function match({ image, boxes, detections, overlaps }: Overlapping, range: AreaRange): Matched {
  const [are, said] = [image.boxes, image.detections];
  const isIgnored = (place: number): boolean =>
    are.ignored[place] !== ignoredAs.no || !isWithin(are.areas[place] ?? 0, range);
  const columns = boxes.map((place, column) => ({ place, column, ignored: isIgnored(place) }));
  const counted = columns.filter(({ ignored }) => !ignored);
  // Ignored ones last, both in their order.
  const order = [...counted, ...columns.filter(({ ignored }) => ignored)];
  const isCrowd = order.map(({ place }) => are.ignored[place] === ignoredAs.crowd);
  const column = order.map((one) => one.column);
  const count = Math.min(mostDetections, detections.length);
  const [right, ignored] = [new Uint16Array(count), new Uint16Array(count)];
  const taken = new Uint8Array(order.length);
  for (const [t, threshold] of thresholds.entries()) {
    const bit = 1 << t;
    taken.fill(0);
    for (let d = 0; d < count; d++) {
      let best = Math.min(threshold, 1 - 1e-10);
      let found = -1;
      for (let g = 0; g < order.length; g++) {
        if (taken[g] === 1 && !isCrowd[g]) continue;
        if (found >= 0 && found < counted.length && g >= counted.length) break;
        const overlap = overlaps[d * boxes.length + (column[g] ?? 0)] ?? 0;
        if (overlap < best) continue;
        best = overlap;
        found = g;
      }
      if (found < 0) continue;
      taken[found] = 1;
      if (found >= counted.length) ignored[d] = (ignored[d] ?? 0) | bit;
      if (are.ids[order[found]?.place ?? 0] !== 0) right[d] = (right[d] ?? 0) | bit;
    }
  }
  const every = (1 << thresholds.length) - 1;
  for (let d = 0; d < count; d++) {
    const at = 4 * (detections[d] ?? 0);
    const area = (said.rows[at + 2] ?? 0) * (said.rows[at + 3] ?? 0);
    if (!isWithin(area, range)) ignored[d] = (ignored[d] ?? 0) | (every & ~(right[d] ?? 0));
  }
  return { right, ignored, count: counted.length };
}
