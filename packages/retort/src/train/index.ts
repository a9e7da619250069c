/** Training. */
export { type Epoch, type Step, TrainingError, type TrainOptions, train } from './loop.ts';
export { type ScheduleName, schedules } from './schedule.ts';
