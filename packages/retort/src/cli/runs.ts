/** `retort runs`. */
import path from 'node:path';
import { headlineScore, type RunSummary } from '../runs/read/read-run.ts';
import { say, tell } from './output.ts';
import { runCells, runHead } from './run-cells.ts';
import { runsBelow, tryRead, type Unreadable } from './run-folders.ts';
import { duration, table } from './table.ts';

export interface RunsFlags {
  readonly sort: 'started' | 'name' | 'best';
  readonly json?: boolean;
}

type Listed = RunSummary | Unreadable;

/** How good a run is by its headline, the higher the better. */
function rank(run: Listed): number {
  if (!('started' in run)) return Number.NEGATIVE_INFINITY;
  const best = headlineScore(run)?.best ?? null;
  if (best === null) return -Number.MAX_VALUE;
  return run.headline?.better === 'lower' ? -best : best;
}

/** The newest and the best come last, next to the prompt. */
const sorts: Readonly<Record<RunsFlags['sort'], (a: Listed, b: Listed) => number>> = {
  started: (a, b) => ('started' in a ? a.started : '').localeCompare('started' in b ? b.started : ''),
  name: (a, b) => a.folder.localeCompare(b.folder, 'en', { numeric: true }),
  best: (a, b) => rank(a) - rank(b),
};

function when(started: string): string {
  const date = new Date(started);
  return Number.isNaN(date.getTime())
    ? started
    : date.toLocaleString('sv', { dateStyle: 'short', timeStyle: 'short' });
}

function row(run: Listed, root: string): string[] {
  const name = path.relative(root, run.folder) || path.basename(path.resolve(run.folder));
  if (run.status === 'unreadable') return [name, run.status, ...Array(head.length - 2).fill('')];
  return [name, ...runCells(run), duration(run.seconds), when(run.started)];
}

const head = ['run', ...runHead, 'training', 'started'];

export function runsCommand(folder: string, { sort, json }: RunsFlags): void {
  const runs = runsBelow(folder).map(tryRead).sort(sorts[sort]);
  if (json) {
    // What each epoch measured is in the logs.
    say(JSON.stringify(runs.map((run) => ({ ...run, epochs: undefined }))));
    return;
  }
  if (runs.length === 0) {
    say(`there is no run in ${folder}`);
    return;
  }
  say(
    table(
      head,
      runs.map((run) => row(run, folder)),
    ),
  );
  for (const run of runs) {
    if (run.error) say(`${run.folder} (${run.status}): ${run.error}`);
    for (const note of 'notes' in run ? run.notes : []) tell(note);
  }
}
