/** What a run leaves behind. */

export { type Change, changesOf, isLonger, placed, type Reached, refuseEdited } from './changes.ts';
export { type Checkpoint, Checkpoints } from './checkpoints.ts';
export {
  type Comparison,
  compareRuns,
  type Difference,
  type Group,
  type Metric,
} from './compare.ts';
export { RunError } from './errors.ts';
export { findRuns } from './find-runs.ts';
export { type Input, type Inputs, refuseOtherBeginning, refuseOtherInputs } from './inputs.ts';
export { asRecord, Log, type LogContent, readLog } from './log.ts';
export { machine, versions } from './machine.ts';
export {
  type EpochSummary,
  headlineScore,
  type RunStatus,
  type RunSummary,
  readRun,
  type Score,
} from './read-run.ts';
export { type RunRecord, readRecord } from './record.ts';
export { holdsRun, type Logged, RunFolder, type RunOptions } from './run-folder.ts';
export { scalarsOf } from './scalars.ts';
export { differingSettings, settingsOf } from './settings.ts';
export { type Spread, spread } from './spread.ts';
export { codeBlock, type EventPosition, EventWriter, type EventWriterOptions } from './tensorboard.ts';
