/** What a run leaves behind. */
export { machine, versions } from './machine.ts';
export { RunError, RunFolder, type RunRecord } from './run-folder.ts';
