/** The runs that a command names: folders of them, or folders that hold them. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../runs/read/errors.ts';
import { findRuns } from '../runs/read/find-runs.ts';
import { type RunSummary, readRun } from '../runs/read/read-run.ts';
import { tell } from './output.ts';

/** The runs of a folder, or below it; a folder that may not be opened is told of and left out. @throws RunError as `findRuns` does of the folder itself */
export const runsBelow = (folder: string): string[] =>
  findRuns(folder, { onUnreadable: ({ message }) => tell(`left out: ${message}`) });

/** The runs of each folder, or below it (as the seeds of a recipe are), each once. */
export function foldersOf(given: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const place of given) {
    const found = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ? runsBelow(place) : [];
    // A folder without a run is told of by whoever reads it.
    for (const folder of found.length ? found : [place]) {
      const real = fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
      if (!seen.has(real)) seen.set(real, folder);
    }
  }
  return [...seen.values()];
}

/** A folder whose `run.json` cannot be understood. */
export interface Unreadable {
  readonly folder: string;
  readonly status: 'unreadable';
  readonly error: string;
}

/** For commands that go on with the runs that can be read. */
export function tryRead(folder: string): RunSummary | Unreadable {
  try {
    return readRun(folder);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return { folder, status: 'unreadable', error: error.message };
  }
}

/**
 * The runs of each folder, or below it. Whoever names a folder of many may have other programs' among them: what is found there and cannot be read is
 * told of and left out.
 *
 * @throws RunError for a run that is named itself and cannot be read, and where none can
 */
export function readNamed(given: readonly string[]): RunSummary[] {
  const named = new Set(given.map((place) => path.resolve(place)));
  const read = foldersOf(given).map((folder) =>
    named.has(path.resolve(folder)) ? readRun(folder) : tryRead(folder),
  );
  const runs = read.filter((run) => run.status !== 'unreadable');
  const errors = read.flatMap((run) => (run.status === 'unreadable' ? [run.error] : []));
  const [first] = errors;
  if (runs.length === 0 && first !== undefined) throw new RunError(first);
  for (const error of errors) tell(`left out: ${error}`);
  return runs;
}
