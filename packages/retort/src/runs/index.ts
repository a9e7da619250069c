/** What a run leaves behind. */

export { changesOf, edited, isLonger, placed, type Reached, refuseEdited } from './read/changes.ts';
export {
  type Comparison,
  compareRuns,
  type Difference,
  type Group,
  type Metric,
} from './read/compare.ts';
export { inTodaysWords } from './read/earlier.ts';
export { RunError } from './read/errors.ts';
export { type FindRunsOptions, findRuns } from './read/find-runs.ts';
export { type Input, type Inputs, refuseOtherBeginning, refuseOtherInputs, shortSum } from './read/inputs.ts';
export { conditionsOf, type Latency } from './read/latency.ts';
export { asRecord, type LogContent, readLog } from './read/log.ts';
export { spelling } from './read/networks.ts';
export { programOf } from './read/program.ts';
export {
  type EpochSummary,
  headlineScore,
  type RunStatus,
  type RunSummary,
  readRun,
  type Score,
  statusOf,
} from './read/read-run.ts';
export { type Change, type RunRecord, readRecord } from './read/record.ts';
export { scalarsOf } from './read/scalars.ts';
export { differingSettings, settingsOf } from './read/settings.ts';
export { type Spread, spread } from './read/spread.ts';
export { type Checkpoint, Checkpoints } from './write/checkpoints.ts';
export { keepLatency } from './write/latency.ts';
export { Lock } from './write/lock.ts';
export { Log } from './write/log.ts';
export { machine, versions } from './write/machine.ts';
export { holdsRun, type Logged, RunFolder, type RunOptions, type StepRecord } from './write/run-folder.ts';
export { codeBlock, type EventPosition, EventWriter, type EventWriterOptions } from './write/tensorboard.ts';
