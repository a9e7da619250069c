/** What files are, without reading all of them. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { systemCause } from '../system/system-errors.ts';
import { DataError } from './dataset.ts';
import { permutation } from './philox.ts';

/** Files whose contents are looked at. */
const read = 256;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The fingerprint of a data set in files: a hash of all names (below the folder) and sizes, and of the contents of 256 files, chosen by the
 * number of files alone. The same for a copy elsewhere, whatever its times; another where a file is added, taken away, renamed or of another size. A file
 * whose content alone is another is seen where there are 256 files at most, or it is among those chosen.
 *
 * @param files  relative to the folder, in any order; each once
 * @throws DataError for a file that is not there or cannot be read
 * @example fingerprintFiles('photos', fs.globSync('**\/*.jpg', { cwd: 'photos' }))
 */
export function fingerprintFiles(folder: string, files: readonly string[]): string {
  const names = files.map((file) => file.split(path.sep).join('/')).sort();
  const whole = (name: string): string => path.join(folder, name);
  const looked = <Result>(name: string, look: (file: string) => Result): Result => {
    try {
      return look(whole(name));
    } catch (error) {
      throw new DataError(`${whole(name)} cannot be read: ${systemCause(error) ?? String(error)}`, {
        cause: error,
      });
    }
  };
  const hash = createHash('sha256');
  for (const name of names)
    hash.update(JSON.stringify([name, looked(name, (file) => fs.statSync(file).size)]));
  const chosen = permutation(names.length, { seed: 0, epoch: 0, purpose: 'subset' }).subarray(0, read);
  for (const place of chosen.toSorted()) {
    const name = names[place] ?? '';
    hash.update(JSON.stringify([name, looked(name, (file) => sha256(fs.readFileSync(file)))]));
  }
  return hash.digest('hex');
}
