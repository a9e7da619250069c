/** What files are, without reading all of them. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { notAFile } from '../system/regular-file.ts';
import { systemCause } from '../system/system-errors.ts';
import { DataError } from './dataset.ts';
import { permutation } from './philox.ts';

/** Files whose contents are looked at. */
const read = 256;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Names by their places, as an array has them. */
interface Names {
  readonly length: number;
  at(place: number): string | undefined;
}

const nameAt = (files: Names, place: number): string => (files.at(place) ?? '').split(path.sep).join('/');

/** The places of all names in the order of the names. A million of them come sorted, and are not held as strings. */
function inOrder(files: Names): Uint32Array {
  const places = Uint32Array.from({ length: files.length }, (_, place) => place);
  let last = '';
  const isSorted = places.every((place) => {
    const before = last;
    last = nameAt(files, place);
    return before <= last;
  });
  if (isSorted) return places;
  const names = Array.from(places, (place) => nameAt(files, place));
  return places.sort((one, other) => {
    const [first = '', second = ''] = [names[one], names[other]];
    return first < second ? -1 : Number(first > second);
  });
}

/**
 * The fingerprint of a data set in files: a hash of all names (below the folder) and sizes, and of the contents of 256 files, chosen by the
 * number of files alone. The same for a copy elsewhere, whatever its times; another where a file is added, taken away, renamed or of another size. A file
 * whose content alone is another is seen where there are 256 files at most, or it is among those chosen.
 *
 * @param files  relative to the folder, in any order; each once
 * @param sizes  of each, in bytes, where they are known; they are asked for where they are left out
 * @throws DataError for a file that is not there or cannot be read, or is not of its size
 * @example fingerprintFiles('photos', fs.globSync('**\/*.jpg', { cwd: 'photos' }))
 */
export function fingerprintFiles(folder: string, files: Names, sizes?: Float64Array): string {
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
  const places = inOrder(files);
  const hash = createHash('sha256');
  for (const place of places) {
    const name = nameAt(files, place);
    hash.update(JSON.stringify([name, sizes?.[place] ?? looked(name, (file) => fs.statSync(file).size)]));
  }
  const chosen = permutation(places.length, { seed: 0, epoch: 0, purpose: 'subset' }).subarray(0, read);
  for (const at of chosen.toSorted()) {
    const place = places[at] ?? 0;
    const name = nameAt(files, place);
    const wrong = notAFile(whole(name));
    if (wrong !== null) throw new DataError(`${whole(name)} cannot be read: ${wrong}`);
    const bytes = looked(name, (file) => fs.readFileSync(file));
    const size = sizes?.[place];
    if (size !== undefined && bytes.length !== size)
      throw new DataError(
        `${whole(name)} has changed since it was listed: it had ${size.toLocaleString('en-US')} bytes, and has ${bytes.length.toLocaleString('en-US')}`,
      );
    hash.update(JSON.stringify([name, sha256(bytes)]));
  }
  return hash.digest('hex');
}
