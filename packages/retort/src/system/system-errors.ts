/** What the system says of a file, in words, with the cure. */

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'it may not be opened',
  EPERM: 'the system does not allow it',
  EEXIST: 'it is there already, and no folder',
  ELOOP: 'its links lead in a loop',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is not a regular file, and nobody is at its other end',
  ENOSPC: 'the disk is full: free some, or choose a folder on another',
  EDQUOT: 'the quota of the disk is used up: free some, or choose a folder on another',
  EROFS: 'the disk is read-only: choose a folder on another',
  EFBIG: 'it would be larger than a file may be here: raise the limit (`ulimit -f`), or choose another disk',
  EIO: 'the disk failed to read or write (`dmesg` says more): choose a folder on another',
  EMFILE: 'this process has too many files open: raise the limit (`ulimit -n`)',
  ENFILE: 'the system has too many files open: end other programs, or raise its limit (fs.file-max)',
  ESTALE:
    'it was replaced or removed on its server while it was open (a stale handle): try again, or mount it anew',
};

/** The code of an error of the system, e.g. `ENOSPC`; null where it is none. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && error.code in causes) return error.code;
  // libtorch and the addon have the words alone.
  return /No space left/i.test(error.message) ? 'ENOSPC' : null;
}

/** What an error of the system means; null where it is none. @example systemCause(error) // 'the disk is full: …' */
export function systemCause(error: unknown): string | null {
  return causes[systemCode(error) ?? ''] ?? null;
}
