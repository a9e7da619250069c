/** Tasks by name. */
import { classification } from './classification.ts';
import { detection } from './detection.ts';
import { embedding } from './embedding.ts';
import { multiLabel } from './multi-label.ts';
import { regression } from './regression.ts';
import type { Task } from './task.ts';

export { checkedTask, TaskError } from './checked.ts';
export { type ClassWeights, classWeightsOption, weightsOf } from './class-weights.ts';
export {
  classification,
  classificationBy,
  type LossOptions,
  largestClass,
  lossOptions,
} from './classification.ts';
export { detection } from './detection.ts';
export { embedding } from './embedding.ts';
export { judgedBy, judgedByDefault } from './judging.ts';
export { type BatchOptions, batchOf, type ClassifiedBatch, makeBatch } from './make-batch.ts';
export { multiLabel } from './multi-label.ts';
export { answer, imagesIn, output, target } from './parts.ts';
export { regression } from './regression.ts';
export type { Asked, BesideTeacher, Calling, Task } from './task.ts';

/** Every task that a recipe can name. */
export const tasks: Readonly<Record<string, Task>> = {
  classification,
  detection,
  embedding,
  'multi-label': multiLabel,
  regression,
};
