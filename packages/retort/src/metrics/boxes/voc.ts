/** Pascal VOC's average precision of boxes, of plain numbers. */
import { mean } from '../mean.ts';
import { bestFirst, byClass, ignoredAs, type JudgedImage, type OfClass } from './judged-image.ts';
import { overlaps } from './overlap.ts';

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

/** Which of an image's detections are right, in their order: 1 right, 0 wrong, and −1 where what they lie over most is not to be found. */
function judged(of: OfClass): Int8Array {
  const { image, boxes, detections } = of;
  const over = overlaps(withoutCrowds(of), detections.length);
  const taken = new Uint8Array(boxes.length);
  return Int8Array.from(detections, (_, d) => {
    let [best, found] = [threshold, -1];
    for (let g = 0; g < boxes.length; g++) {
      const overlap = over[d * boxes.length + g] ?? 0;
      if (overlap <= best) continue;
      best = overlap;
      found = g;
    }
    if (found < 0) return 0;
    if (image.boxes.ignored[boxes[found] ?? 0] !== ignoredAs.not) return -1;
    if (taken[found]) return 0;
    taken[found] = 1;
    return 1;
  });
}

/** VOC has no crowds, and overlaps of none: what is to be ignored is difficult. */
const withoutCrowds = (of: OfClass): OfClass => {
  const { boxes } = of.image;
  const ignored = boxes.ignored.map((why) => (why === ignoredAs.not ? why : ignoredAs.difficult));
  return { ...of, image: { ...of.image, boxes: { ...boxes, ignored } } };
};

function curveOf(found: readonly OfClass[], count: number): Curve {
  const all = found.flatMap((of) => {
    const right = judged(of);
    return of.detections.map((place, d) => ({ score: of.image.detections.scores[place] ?? 0, right: right[d] }));
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
 * VOC's boxes name their first and their last pixel, from 1 on, so that one from 1 to 10 is 10 pixels wide. Here that is x 0 and width 10, and overlaps are the same.
 *
 * @param images  in the order of their numbers
 * @param classes  how many there are
 */
export function vocScore(images: readonly JudgedImage[], classes: number, points: VocPoints): VocJudged {
  const average = points === 11 ? atElevenRecalls : areaUnder;
  const perClass = byClass(images, classes).map((found) => {
    const counts = found.map(
      ({ image, boxes }) => boxes.filter((place) => image.boxes.ignored[place] === ignoredAs.not).length,
    );
    const count = counts.reduce((sum, one) => sum + one, 0);
    return count > 0 ? average(curveOf(found, count)) : null;
  });
  const there = perClass.filter((value) => value !== null);
  return { mean: there.length > 0 ? mean(there) : null, perClass };
}
