/** A lock that one process at a time has on a folder. The kernel holds it, and takes it back when the process ends, however it ends. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RunError } from '../read/errors.ts';

/** Milliseconds that a lock is waited for: a process that was killed just now may still be giving back what it held. */
const grace = 1000;

/** SQLite's code for a file that another has locked. */
const busy = 5;

/**
 * The lock is that of SQLite on an empty file: Node has no call of its own for locks, and a process that was killed but not yet reaped
 * holds no file any more. The file stays when the lock is released, since one that is removed could be locked twice; within this process
 * nothing else may open it, which would release the lock.
 *
 * @example using lock = Lock.take('runs/kd');
 */
export class Lock {
  readonly #file: DatabaseSync;

  private constructor(file: DatabaseSync) {
    this.#file = file;
  }

  /**
   * Takes the lock of a folder that is there; null where another process, or this one, has it.
   *
   * @param patience  milliseconds that it is waited for
   * @throws RunError if it cannot be locked
   */
  static take(folder: string, patience = grace): Lock | null {
    const name = path.join(folder, 'lock');
    let file: DatabaseSync | null = null;
    try {
      file = new DatabaseSync(name, { timeout: patience });
      // Nothing is written to it, so there is nothing to keep a journal of.
      file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
      return new Lock(file);
    } catch (error) {
      file?.close();
      if (error instanceof Error && 'errcode' in error && error.errcode === busy) return null;
      const why = error instanceof Error ? error.message : error;
      throw new RunError(`${name} could not be locked (${why}): a run needs a folder that it can lock`, {
        cause: error,
      });
    }
  }

  /** Lets go of it; more than once does nothing more. */
  release(): void {
    if (this.#file.isOpen) this.#file.close();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
