/** Metrics, one a file. */
export { Accuracy, type AccuracyScores } from './accuracy.ts';
export { type Agreement, AgreementMeter } from './agreement.ts';
export { CalibrationMeter } from './calibration.ts';
export { type Chance, chanceOf, nearChance } from './chance.ts';
export { CkaMeter } from './cka.ts';
export type { Metric, Scores } from './metric.ts';
export { Neighbours } from './neighbours.ts';
export { type ClassAccuracy, ClassMeter } from './per-class.ts';
export { Sums } from './sums.ts';
