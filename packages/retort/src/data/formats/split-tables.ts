/** Tables that are called as splits are, in one folder. */
import fs from 'node:fs';
import path from 'node:path';
import { DataError } from '../dataset.ts';
import { isTableName } from './file-names.ts';
import { type SplitName, type SplitPlace, splitOf } from './splits.ts';

/** The tables of a folder by split. @throws DataError where two are of one split */
export function splitTables(folder: string): SplitPlace[] {
  const found = new Map<SplitName, string>();
  for (const name of fs
    .readdirSync(folder)
    .filter((name) => isTableName(name))
    .sort()) {
    const split = splitOf(path.parse(name).name);
    if (split === null) continue;
    const before = found.get(split);
    if (before !== undefined)
      throw new DataError(
        `${folder} has both ${path.basename(before)} and ${name}, of one split: name the one that is meant, as its path`,
      );
    found.set(split, path.join(folder, name));
  }
  return [...found].map(([split, place]) => ({ split, place }));
}

/** Whether a folder has tables by the names of splits. */
export const hasTables = (folder: string): boolean =>
  fs.readdirSync(folder).some((name) => isTableName(name) && splitOf(path.parse(name).name) !== null);
