/** Pascal VOC's average precision of boxes, of plain numbers. */
import { ignoredAs } from '../../data/index.ts';
import { mean } from '../mean.ts';
import { bestFirst, byClass, type JudgedImage, type OfClass } from './judged-image.ts';

/** A box is found where a detection lies over it by more than this. */
const threshold = 0.5;

/** How precision at each recall becomes one number: of VOC 2007 at 11 recalls, of later years at every one that is reached. */
export type VocPoints = 11 | 'all';

export interface VocJudged {
  /** The mean over classes; null where none has a box to be found. */
  readonly mean: number | null;
  /** Of each class; null of one that has no box to be found. */
  readonly perClass: readonly (number | null)[];
}

/** Precision and recall on the way down the detections. */
interface Curve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

/** The mean of the best precision from each of 11 recalls on. */
function atElevenRecalls({ precision, recall }: Curve): number {
  let sum = 0;
  for (let i = 0; i <= 10; i++) {
    const beyond = precision.filter((_, d) => (recall[d] ?? 0) >= i * 0.1);
    sum += beyond.reduce((best, value) => Math.max(best, value), 0) / 11;
  }
  return sum;
}

/** The area under the best precision from each recall on. */
function areaUnder({ precision, recall }: Curve): number {
  let [sum, best] = [0, 0];
  for (let d = precision.length - 1; d >= 0; d--) {
    best = Math.max(best, precision[d] ?? 0);
    sum += ((recall[d] ?? 0) - (d > 0 ? (recall[d - 1] ?? 0) : 0)) * best;
  }
  return sum;
}

/** The first and the last pixel of a box in each direction, from 1 on. */
type Pixels = readonly [left: number, top: number, right: number, bottom: number];

function pixelsOf(rows: Float64Array, place: number): Pixels {
  const [x = 0, y = 0, width = 0, height = 0] = rows.subarray(4 * place, 4 * place + 4);
  return [x + 1, y + 1, x + width, y + height];
}

/** How many pixels from a first to a last one. */
const extent = (first: number, last: number): number => Math.max(last - first + 1, 0);

/** Intersection over union; the union of a box, then a detection, added up in this order. */
function overlapOf(box: Pixels, said: Pixels): number {
  const across = extent(Math.max(box[0], said[0]), Math.min(box[2], said[2]));
  const down = extent(Math.max(box[1], said[1]), Math.min(box[3], said[3]));
  const area = ([left, top, right, bottom]: Pixels): number => extent(left, right) * extent(top, bottom);
  return (across * down) / (area(said) + area(box) - across * down);
}

/** Which of an image's detections are right, in their order: 1 right, 0 wrong, and −1 where what they lie over most is not to be found. */
function judged(of: OfClass): Int8Array {
  const { image, boxes, detections } = of;
  const are = boxes.map((place) => pixelsOf(image.boxes.rows, place));
  const taken = new Uint8Array(boxes.length);
  return Int8Array.from(detections, (place) => {
    const said = pixelsOf(image.detections.rows, place);
    let [best, found] = [threshold, -1];
    for (const [g, box] of are.entries()) {
      const overlap = overlapOf(box, said);
      if (overlap <= best) continue;
      best = overlap;
      found = g;
    }
    if (found < 0) return 0;
    if (image.boxes.ignored[boxes[found] ?? 0] !== ignoredAs.no) return -1;
    if (taken[found]) return 0;
    taken[found] = 1;
    return 1;
  });
}

function curveOf(found: readonly OfClass[], count: number): Curve {
  const all = found.flatMap((of) => {
    const right = judged(of);
    return of.detections.map((place, d) => ({
      score: of.image.detections.scores[place] ?? 0,
      right: right[d],
    }));
  });
  const order = bestFirst(Float64Array.from(all, ({ score }) => score));
  const [precision, recall] = [new Float64Array(all.length), new Float64Array(all.length)];
  let [right, wrong] = [0, 0];
  for (const [place, d] of order.entries()) {
    if (all[d]?.right === 1) right += 1;
    else if (all[d]?.right === 0) wrong += 1;
    precision[place] = right / Math.max(right + wrong, Number.EPSILON);
    recall[place] = right / count;
  }
  return { precision, recall };
}

/**
 * Pascal VOC's average precision of boxes at an overlap of more than one half (Everingham et al. 2010, "The Pascal Visual Object Classes Challenge"), as `voc_eval` of
 * detectron2's `pascal_voc_evaluation.py` computes it of numbers that are not rounded, of detections with the same score the first image first: a detection is compared with the box that it lies
 * over most alone, of equals the first, so that of two on one box the second is wrong; one over a box that is difficult counts neither way. The program of the challenge differs in one thing: it takes an overlap of exactly one half for enough.
 *
 * VOC's boxes name their first and their last pixel, from 1 on, so that one from 1 to 10 is 10 pixels wide. Here that is x 0 and width 10; overlaps are computed of the pixels.
 *
 * @param images  in the order of their numbers
 * @param classes  how many there are
 */
export function vocScore(images: readonly JudgedImage[], classes: number, points: VocPoints): VocJudged {
  const average = points === 11 ? atElevenRecalls : areaUnder;
  const perClass = byClass(images, classes).map((found) => {
    const counts = found.map(
      ({ image, boxes }) => boxes.filter((place) => image.boxes.ignored[place] === ignoredAs.no).length,
    );
    const count = counts.reduce((sum, one) => sum + one, 0);
    return count > 0 ? average(curveOf(found, count)) : null;
  });
  const there = perClass.filter((value) => value !== null);
  return { mean: there.length > 0 ? mean(there) : null, perClass };
}
