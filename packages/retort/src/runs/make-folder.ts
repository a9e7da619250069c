/** Folders, made with those that they lie in. */
import fs from 'node:fs';
import path from 'node:path';
import { systemCause, systemCode } from '../system-errors.ts';
import { RunError } from './errors.ts';

/**
 * Makes a folder and those that it lies in, one by one: Node's own way does not end where a file system, as /proc, makes none.
 *
 * @throws RunError that names the folder
 * @example makeFolder('runs/kd/seed-0')
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (
    let at = path.resolve(folder);
    !fs.statSync(at, { throwIfNoEntry: false })?.isDirectory();
    at = path.dirname(at)
  )
    missing.unshift(at);
  for (const place of missing) {
    try {
      fs.mkdirSync(place);
    } catch (error) {
      // Another process may have been faster.
      if (systemCode(error) === 'EEXIST' && fs.statSync(place, { throwIfNoEntry: false })?.isDirectory())
        continue;
      const cause = systemCode(error) === 'ENOENT' ? 'there can be no folders made here' : systemCause(error);
      if (!cause) throw error;
      throw new RunError(`the folder ${place} cannot be made: ${cause}`, { cause: error });
    }
  }
}
