import { systemCause } from '../../system/system-errors.ts';

/** A run's folder that cannot be used. */
export class RunError extends Error {
  override readonly name = 'RunError';

  /** What went wrong with a file, as a sentence; what is no error of the file system stays itself. */
  static of(error: unknown, what: string): unknown {
    const cause = systemCause(error);
    return cause ? new RunError(`${what}: ${cause}`, { cause: error }) : error;
  }
}
