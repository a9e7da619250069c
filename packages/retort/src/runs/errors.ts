const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'it may not be written',
};

/** A run's folder that cannot be used. */
export class RunError extends Error {
  override readonly name = 'RunError';

  /** What went wrong with a file, as a sentence; what is no error of the file system stays itself. */
  static of(error: unknown, what: string): unknown {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const text = error instanceof Error ? error.message : String(error);
    const cause = causes[code] ?? (/No space left/i.test(text) ? causes.ENOSPC : undefined);
    return cause ? new RunError(`${what}: ${cause}`, { cause: error }) : error;
  }
}
