/** Where runs are. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from './errors.ts';

/** @throws RunError for one that cannot be read */
function foldersIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map((entry) => path.join(folder, entry.name))
      .sort();
  } catch (error) {
    throw RunError.of(error, `the folder ${folder} could not be read`);
  }
}

/** @throws RunError for one that lies where nothing can be looked at */
function statOf(folder: string): fs.Stats | undefined {
  try {
    return fs.statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw RunError.of(error, `the folder ${folder} could not be read`);
  }
}

/**
 * Folders that hold a run, in a folder or up to four below it, sorted by name.
 *
 * @param onUnreadable  is told of a folder below it that cannot be read, which is passed over; where it is left out, such a folder is an error
 * @throws RunError if there is no such folder
 * @example findRuns('runs') // ['runs/kd', 'runs/seeds/seed-0', …]
 */
export function findRuns(folder: string, depth = 4, onUnreadable?: (error: RunError) => void): string[] {
  const stat = statOf(folder);
  if (!stat) throw new RunError(`there is no folder ${folder}`);
  if (!stat.isDirectory()) throw new RunError(`${folder} is a file, not a folder`);
  if (fs.existsSync(path.join(folder, 'run.json'))) return [folder];
  if (depth === 0) return [];
  return foldersIn(folder).flatMap((inner) => {
    try {
      return findRuns(inner, depth - 1, onUnreadable);
    } catch (error) {
      if (!onUnreadable || !(error instanceof RunError)) throw error;
      onUnreadable(error);
      return [];
    }
  });
}
