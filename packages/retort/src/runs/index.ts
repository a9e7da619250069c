/** What a run leaves behind. */

export { type Checkpoint, Checkpoints } from './checkpoints.ts';
export { RunError } from './errors.ts';
export { machine, versions } from './machine.ts';
export { RunFolder, type RunRecord } from './run-folder.ts';
export { type Spread, spread } from './spread.ts';
