/** COCO's scores of boxes, of plain numbers. */
import { mean } from '../mean.ts';
import { type Accumulated, accumulate, ofAllImages } from './accumulating.ts';
import { type AreaName, areaNames, areaRanges } from './areas.ts';
import { byClass, type JudgedImage } from './judged-image.ts';
import { mostDetections, thresholds } from './matching.ts';
import { overlaps } from './overlap.ts';

/** The twelve, in pycocotools' order. One of which there is nothing to be found is left out, where pycocotools says −1. */
export const cocoNames = [
  ...(['AP', 'AP50', 'AP75', 'APs', 'APm', 'APl'] as const),
  ...(['AR1', 'AR10', 'AR100', 'ARs', 'ARm', 'ARl'] as const),
] as const;

export type CocoName = (typeof cocoNames)[number];

/** Each in [0, 1]. */
export type CocoScores = { readonly [Name in CocoName]?: number };

export interface CocoJudged {
  readonly scores: CocoScores;
  /** AP of each class; null of one that has no box to be found. */
  readonly perClass: readonly (number | null)[];
}

type OfSizes = Readonly<Record<AreaName, Accumulated | null>>;

/** The mean of what there is; null of nothing. */
const meanOf = (values: readonly (readonly number[])[]): number | null =>
  values.length > 0 ? mean(values.flat()) : null;

/**
 * Average precision and recall of boxes, over the thresholds of overlap 0.5, 0.55 … 0.95, as pycocotools 2.0.11 has them (Lin et al. 2014, "Microsoft COCO: Common Objects in Context").
 *
 * @param images  in the order of their numbers, which says which of detections with the same score comes first
 * @param classes  how many there are
 * @example cocoScores(images, 80).scores.AP
 */
export function cocoScores(images: readonly JudgedImage[], classes: number): CocoJudged {
  const ofClasses = byClass(images, classes).map((found): OfSizes => {
    const all = ofAllImages(found.map((one) => ({ ...one, overlaps: overlaps(one, mostDetections) })));
    const sizes = areaNames.map((name) => [name, accumulate(all, areaRanges[name])]);
    return Object.fromEntries(sizes) as OfSizes;
  });
  const there = (name: AreaName): readonly Accumulated[] => ofClasses.flatMap((of) => of[name] ?? []);
  const precision = (name: AreaName, at?: number): number | null =>
    meanOf(
      there(name).map((of) =>
        at === undefined ? of.precision : [of.precision[thresholds.indexOf(at)] ?? 0],
      ),
    );
  const recall = (name: AreaName, most: number): number | null =>
    meanOf(there(name).map((of) => of.recall(most)));
  const [half = 0, , , , , threeQuarters = 0] = thresholds;
  const found: Readonly<Record<CocoName, number | null>> = {
    AP: precision('all'),
    AP50: precision('all', half),
    AP75: precision('all', threeQuarters),
    APs: precision('small'),
    APm: precision('medium'),
    APl: precision('large'),
    AR1: recall('all', 1),
    AR10: recall('all', 10),
    AR100: recall('all', mostDetections),
    ARs: recall('small', mostDetections),
    ARm: recall('medium', mostDetections),
    ARl: recall('large', mostDetections),
  };
  return {
    scores: Object.fromEntries(
      cocoNames.flatMap((name) => (found[name] === null ? [] : [[name, found[name]]])),
    ),
    perClass: ofClasses.map(({ all }) => all && mean(all.precision)),
  };
}
