/** Errors that are sentences for a reader. */

/** Whether an error may be told of and gone on from: no abort, and no mistake in code. */
export const isTold = (error: unknown): error is Error =>
  error instanceof Error && !['AbortError', 'TypeError', 'ReferenceError'].includes(error.name);
