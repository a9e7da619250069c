/** The reading side of runs, without the engine: `retort/runs`. */
export { problemsOf } from '../../words/problems.ts';
export { shellWord } from '../../words/shell-word.ts';
export {
  alike,
  type Comparison,
  compareRuns,
  countedRuns,
  type Difference,
  type Group,
  groupName,
  keysOf,
  type Metric,
  type RunKeys,
  titled,
} from './compare.ts';
export {
  costOfGroup,
  type GroupCost,
  type LatencyThere,
  measureCommand,
  placesMeasured,
  secondsThere,
} from './cost.ts';
export { RunError } from './errors.ts';
export { type FindRunsOptions, findRuns } from './find-runs.ts';
export type { Input, Inputs } from './inputs.ts';
export {
  conditionsOf,
  type Latencies,
  type Latency,
  latenciesIn,
  latencyFile,
  noLatencies,
} from './latency.ts';
export { asRecord, type LogContent, readLog } from './log.ts';
export { settingsSpelled, spelling } from './networks.ts';
export { paretoFront } from './pareto.ts';
export { programOf } from './program.ts';
export {
  type EpochSummary,
  headlineScore,
  type Logged,
  type LoggedEpoch,
  loggedEpoch,
  type RunStatus,
  type RunSummary,
  readRun,
  type Score,
  statusOf,
  summaryOf,
  teacherScore,
} from './read-run.ts';
export { type Change, type RunRecord, readRecord } from './record.ts';
export { repeatCommand } from './repeat.ts';
export { measuredIn, scalarsOf, termsOf } from './scalars.ts';
export { differingSettings, settingsOf } from './settings.ts';
export { type Spread, spread } from './spread.ts';
