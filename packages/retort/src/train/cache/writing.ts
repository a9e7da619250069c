/** Writing to a cache while no other process does. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../../runs/index.ts';
import { Lock } from '../../runs/write/lock.ts';
import { remove } from './files.ts';

/** How often, of a second each, the lock is asked for before that is an error. */
export const patience = 10;

/** The lock of a cache, which others have for moments; null where it cannot be had. */
function lockOf(folder: string, tries: number): Lock | null {
  const file = path.join(folder, 'lock');
  const there = fs.lstatSync(file, { throwIfNoEntry: false });
  // Locks are empty: what is not is no lock of ours.
  if (there && (!there.isFile() || there.size > 0)) remove(file);
  for (let i = 0; i < tries; i++) {
    const lock = Lock.take(folder);
    if (lock) return lock;
  }
  return null;
}

/**
 * Does something while no other process writes to the cache in a folder.
 *
 * @param tries  for the lock; after several it is an error that it cannot be had, after one nothing is done
 * @throws RunError
 */
export function writing(folder: string, tries: number, body: () => void): void {
  using lock = lockOf(folder, tries);
  if (lock) body();
  else if (tries > 1)
    throw new RunError(
      `the teacher cache ${folder} could not be written: another process has had its lock for ${tries} seconds: wait until it is done, or end it`,
    );
}
