/** Evaluation. */

export type { AskOptions } from './ask.ts';
export { type Assessment, type AssessOptions, assess, type Cost, costOf } from './assess.ts';
export { EvaluationError } from './errors.ts';
export { type Evaluated, evaluate } from './evaluate.ts';
export { type Likeness, type Looked, likeness } from './likeness.ts';
export type { EvaluateOptions } from './pass.ts';
export {
  type Prediction,
  type PredictOptions,
  predict,
  predictLabels,
  predictNumbers,
} from './predict.ts';
export { type FoundObject, objectsIn, type PredictBoxesOptions, predictBoxes } from './predict-boxes.ts';
export { predictVectors } from './predict-vectors.ts';
