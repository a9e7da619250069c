/** Folders that runs and caches write to. */
import { makeFolder as make } from '@retort/torch/setup';
import { systemCause, systemCode } from '../../system/system-errors.ts';
import { RunError } from '../read/errors.ts';

/**
 * Makes a folder and those that it lies in.
 *
 * @throws RunError that names the one that cannot be made
 * @example makeFolder('runs/kd/seed-0')
 */
export function makeFolder(folder: string): void {
  try {
    make(folder);
  } catch (error) {
    const at = error instanceof Error && 'path' in error ? error.path : folder;
    // That in which it would lie is there.
    const cause = systemCode(error) === 'ENOENT' ? 'folders cannot be made here' : systemCause(error);
    if (!cause) throw error;
    throw new RunError(`the folder ${at} cannot be made: ${cause}`, { cause: error });
  }
}
