/** The names in a folder of a run. */
import fs from 'node:fs';
import { RunError } from './errors.ts';

/** None where there is no such folder. @throws RunError where something else is in its place, or a link that leads nowhere */
export function entriesOf(folder: string): string[] {
  if (!fs.lstatSync(folder, { throwIfNoEntry: false })) return [];
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw RunError.of(error, `the folder ${folder} could not be read`);
  }
}
