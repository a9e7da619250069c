/** Evaluation. */
export { type Assessment, type AssessOptions, assess, type Cost, costOf } from './assess.ts';
export { type Evaluated, evaluate } from './evaluate.ts';
export { type EvaluateOptions, EvaluationError } from './pass.ts';
