/** Runs. */
export { TeacherError } from './check-teacher.ts';
export { type Evaluation, type ExperimentOptions, type Result, type RunSettings, run } from './experiment.ts';
export { dataInput, networkInput, renderingInput } from './inputs.ts';
