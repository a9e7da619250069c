/** Training. */
export { CachedTeacher, type CacheOptions } from './cache/index.ts';
export { TrainingError, warnProcess } from './errors.ts';
export type { At, Epoch, StepEvent } from './events.ts';
export { refuseUnmixable, type ShownImages } from './impossible.ts';
export { type StageSettings, stageOf, type TrainOptions, train } from './loop.ts';
export {
  type OptimizerDefinition,
  type OptimizerFactory,
  type OptimizerName,
  optimizers,
} from './optimizer.ts';
export { isPrecision, type SettledPrecision } from './precision.ts';
export type { Obstacle } from './rehearsal.ts';
export {
  type Length,
  type ScheduleDefinition,
  type ScheduleFactory,
  type ScheduleName,
  schedules,
} from './schedule.ts';
export type { Stage } from './stage.ts';
export type { TrainerState } from './state.ts';
export type { Filling } from './teacher.ts';
export type { Pulls } from './term-gradients.ts';
export {
  type Evaluations,
  isEvaluatedEpoch,
  isEvaluatedStep,
  type Position,
  Timeline,
} from './timeline.ts';
export { refuseUntrainable } from './trained.ts';
export { Trainer } from './trainer.ts';
export type { TrainerOptions } from './trainer-options.ts';
