/** Knowledge distillation for TypeScript. */
export * from './data/index.ts';
export * from './evaluate/index.ts';
export { type Evaluation, type ExperimentOptions, type Result, run, TeacherError } from './experiment.ts';
export * from './loss/index.ts';
export * from './methods/index.ts';
export * from './models/index.ts';
export * from './recipe/index.ts';
export {
  type Comparison,
  compareRuns,
  findRuns,
  RunError,
  RunFolder,
  type RunRecord,
  type RunSummary,
  readRun,
} from './runs/index.ts';
export * from './train/index.ts';
