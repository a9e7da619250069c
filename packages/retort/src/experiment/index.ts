/** Runs. */
export { TeacherError } from './check-teacher.ts';
export { run } from './experiment.ts';
export { dataInput, networkInput, renderingInput } from './inputs.ts';
export type { Evaluation, Result } from './result.ts';
export type { ExperimentOptions, RunSettings } from './run-settings.ts';
