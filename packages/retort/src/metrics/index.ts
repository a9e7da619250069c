/** Metrics, one a file. */
export { Accuracy, type AccuracyScores } from './accuracy.ts';
export { type Agreement, AgreementMeter } from './agreement.ts';
export { AveragePrecision } from './average-precision.ts';
export {
  type CocoJudged,
  type CocoName,
  type CocoScores,
  cocoNames,
  cocoScores,
} from './boxes/coco.ts';
export type { ImageBoxes, ImageDetections, JudgedImage } from './boxes/judged-image.ts';
export { type VocJudged, type VocPoints, vocScore } from './boxes/voc.ts';
export { type CalibrationBin, CalibrationMeter } from './calibration.ts';
export { type Chance, chanceOf, nearChance } from './chance.ts';
export { CkaMeter, leastCompared } from './cka.ts';
export { type ClassCount, OfClassCounts } from './class-counts.ts';
export { CocoAP } from './coco-ap.ts';
export { Corr } from './corr.ts';
export { F1 } from './f1.ts';
export { MacroF1 } from './macro-f1.ts';
export { Matthews } from './matthews.ts';
export { mean } from './mean.ts';
export type { Metric, Scores } from './metric.ts';
export { MicroF1 } from './micro-f1.ts';
export { NeighbourAgreement } from './neighbour-agreement.ts';
export { Neighbours } from './neighbours.ts';
export { Pearson } from './pearson.ts';
export { type ClassAccuracy, ClassMeter, type ClassPrecision, ClassPrecisionMeter } from './per-class.ts';
export { type Judged, type MetricName, metrics, type NamedMetric } from './registry.ts';
export { Spearman } from './spearman.ts';
export { allRight, SubsetAccuracy } from './subset-accuracy.ts';
export { Sums } from './sums.ts';
export { ValueErrors } from './value-errors.ts';
export { OfValuePairs, type ValuePairs } from './value-pairs.ts';
export { Voc07AP, VocAP } from './voc-ap.ts';
