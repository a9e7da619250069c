import { RunError } from 'retort/runs';

/** A request that cannot be answered, or a board that cannot be served: a sentence, and the status of the answer. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
  readonly status: 400 | 403 | 404 | 409 | 413 | 415 | 421 | 429 | 500 | 503;

  constructor(status: BoardError['status'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** What went wrong, as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The same of what could not be done, in words where it is the system that says it. @example said(error, 'the log could not be read') */
export function said(error: unknown, what: string): string {
  const worded = RunError.of(error, what);
  return worded === error ? `${what}: ${messageOf(error)}` : messageOf(worded);
}

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Whether the system says that a file or folder is not there, or not a file or folder. */
export const isGone = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENOTDIR');

/** Whether there is nothing to be read: it is gone, its links lead in a loop, or it is a pipe that nobody writes into. */
export const leadsNowhere = (error: unknown): boolean => isGone(error) || hasCode(error, 'ELOOP', 'ENXIO');
