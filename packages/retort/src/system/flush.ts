import fs from 'node:fs';

/** Puts a file's bytes, or the entries of a folder, on the disk, so that they outlive a crash of the machine, too. */
export function flush(path: string): void {
  const fd = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
