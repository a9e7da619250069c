/** Diagnostics of runs. */
export { type DiagnoseOptions, diagnose } from './diagnose.ts';
export type { ChosenSamples } from './program.ts';
export type { DiagnosedRunOptions } from './run.ts';
export type * from './types.ts';
