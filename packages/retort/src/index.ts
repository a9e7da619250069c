/** Knowledge distillation for TypeScript. */
export * from './data/index.ts';
export * from './diagnose/index.ts';
export * from './evaluate/index.ts';
export {
  type Evaluation,
  type ExperimentOptions,
  type Result,
  type RunSettings,
  run,
  TeacherError,
} from './experiment/index.ts';
export * from './export/index.ts';
export * from './figures/index.ts';
export { type Headline, isBetter } from './headline.ts';
export * from './loss/index.ts';
export * from './methods/index.ts';
export * from './metrics/index.ts';
export * from './models/index.ts';
export * from './probe/index.ts';
export { type Averaging, type Ranks, RanksError, ranksOfGroup } from './ranks/index.ts';
export * from './recipe/index.ts';
export {
  type Comparison,
  compareRuns,
  type FindRunsOptions,
  findRuns,
  headlineScore,
  type Latency,
  RunError,
  RunFolder,
  type RunRecord,
  type RunSummary,
  readRun,
  type Score,
} from './runs/index.ts';
export { sweepJsonSchema } from './sweep/index.ts';
export * from './tasks/index.ts';
export * from './tokenizers/index.ts';
export * from './train/index.ts';
