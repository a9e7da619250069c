/** What a cluster runs: a job a run, each one command in one folder, which may be started again at any time. */
import path from 'node:path';
import { shellWord } from '../../words/shell-word.ts';
import { jobName } from '../names.ts';
import type { Plan, PlannedRun } from '../plan.ts';

/** How jobs are run, wherever that is. */
export interface JobOptions {
  /** The folder in which commands are run, with the files that are here. */
  readonly workdir: string;
  /** Of each run. */
  readonly threads: number;
  /** How many at once; as many as there is room for where it is left out. */
  readonly jobs?: number | undefined;
}

/** The variables of each job: a run is resumed with the threads that it had. */
export const environment = ({ threads }: JobOptions): Readonly<Record<string, string>> => ({
  OMP_NUM_THREADS: String(threads),
});

/** What all jobs of a table are called together. */
export const sweepName = ({ name, out }: Plan, { workdir }: JobOptions): string =>
  jobName(name, path.resolve(workdir, out));

/** What the job of a run is called. */
export const runName = ({ name, folder }: PlannedRun, { workdir }: JobOptions): string =>
  jobName(name, path.resolve(workdir, folder));

/** Where `npx` would find it; npx itself would keep the signals to itself by which a cluster stops a run. */
const findIt = 'export PATH="$PWD/node_modules/.bin:$PATH"';

/** The command of a run, in place of the shell. */
const execOf = ({ args }: PlannedRun): string => ['exec retort', ...args.map(shellWord)].join(' ');

/** A script that runs, in a folder, the command of the index in a variable. */
export function scriptOf(runs: readonly PlannedRun[], variable: string, { workdir }: JobOptions): string {
  const cases = runs.map((run, i) => `  ${i}) ${execOf(run)} ;;`);
  return [
    `cd ${shellWord(workdir)} || exit 1`,
    findIt,
    `case "$${variable}" in`,
    ...cases,
    `  *) echo "there is no run $${variable}: there are ${runs.length}, counted from 0" >&2; exit 2 ;;`,
    'esac',
  ].join('\n');
}

/** The command of a run in its folder, as a shell takes it. */
export const shellLine = (run: PlannedRun, { workdir }: JobOptions): string =>
  `cd ${shellWord(workdir)} && ${findIt} && ${execOf(run)}`;
