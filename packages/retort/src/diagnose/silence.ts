import { systemCause } from '../system/system-errors.ts';
import { isTold } from '../system/told-error.ts';

/** Why there is nothing to say of a run, in a sentence: it is answered, and is no failure. */
export class Silence extends Error {
  override readonly name = 'Silence';

  /** What stands in the way of something that was tried. @throws what is no sentence for a reader: an abort, or a mistake in code */
  static of(error: unknown, what: string): Silence {
    if (error instanceof Silence) return error;
    if (!isTold(error)) throw error;
    return new Silence(`${what}: ${systemCause(error) ?? error.message}`, { cause: error });
  }
}
