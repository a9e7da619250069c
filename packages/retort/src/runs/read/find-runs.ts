/** Where runs are. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from './errors.ts';

/** Folders that hold a run, in a folder or up to four below it, sorted by name. @throws RunError if there is no such folder */
export function findRuns(folder: string, depth = 4): string[] {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (!stat) throw new RunError(`there is no folder ${folder}`);
  if (!stat.isDirectory()) throw new RunError(`${folder} is a file, not a folder`);
  if (fs.existsSync(path.join(folder, 'run.json'))) return [folder];
  if (depth === 0) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .sort()
    .flatMap((inner) => findRuns(inner, depth - 1));
}
