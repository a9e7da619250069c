/** Diagnostics of runs. */
export { checkedDiagnoses, type DiagnoseOptions, diagnose } from './diagnose.ts';
export type { DiagnosedRunOptions } from './run.ts';
export type * from './types.ts';
