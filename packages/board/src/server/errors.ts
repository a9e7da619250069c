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

/** Whether the system says that a file or folder is not there, or not a file or folder. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
