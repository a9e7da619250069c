import fs from 'node:fs';
import path from 'node:path';

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Makes a folder and those that it lies in, one by one; what is there already stays. Node's own recursive way does not end where a file
 * system makes no folders, as that of `/proc`.
 *
 * @throws the system's error, whose `path` is the folder that could not be made
 * @example makeFolder('runs/kd/seed-0')
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isFolder(at); at = path.dirname(at)) missing.unshift(at);
  for (const place of missing) {
    try {
      fs.mkdirSync(place);
    } catch (error) {
      // Another process may have been faster.
      if (!isFolder(place)) throw error;
    }
  }
}
