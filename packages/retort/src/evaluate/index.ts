/** Metrics. */
export { type Accuracy, type Chance, chanceOf, evaluate, nearChance } from './accuracy.ts';
export type { Agreement } from './agreement.ts';
export { type Assessment, type AssessOptions, assess, type Cost, costOf } from './assess.ts';
export type { EvaluateOptions } from './pass.ts';
export type { ClassAccuracy } from './per-class.ts';
export { EvaluationError } from './scored.ts';
