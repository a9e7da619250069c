/** Metrics. */
export { type Accuracy, type EvaluateOptions, evaluate, nearChance } from './accuracy.ts';
