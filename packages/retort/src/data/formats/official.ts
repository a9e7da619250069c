/** Data sets in the files that their authors give away: as they are, or in their archive, which is found or downloaded. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { notAFile } from '../../system/regular-file.ts';
import { systemCause } from '../../system/system-errors.ts';
import { readText } from '../../system/text-file.ts';
import { DataError } from '../dataset.ts';
import { unpackFiles, type Wanted } from './archive.ts';
import { moveInto, removeLeftBehind, scratchFor } from './aside.ts';
import { changedFile, writeContents } from './contents.ts';
import { download, type Report, type Source } from './download.ts';
import { dataCache, dataFolders } from './locate.ts';

export interface Official {
  /** Of the folder in the cache into which an archive is unpacked. */
  readonly name: string;
  /** What a folder should be, for messages. */
  readonly form: string;
  /** In which the files lie, in a data folder and in the archive. */
  readonly folder: string;
  /** With their sizes in bytes; null for a short text. */
  readonly files: Wanted;
  /** Bytes of other files in the archive; none where it is left out. */
  readonly others?: number | undefined;
  readonly archive: Source;
}

/** Throws unless the folder holds every file, each of the right size. */
function checkFolder({ files, form }: Official, folder: string): void {
  for (const [file, expected] of Object.entries(files)) {
    const full = path.join(folder, file);
    if (expected === null) {
      if (!fs.existsSync(full)) throw new DataError(`${full} is missing`);
      const wrong = notAFile(full);
      if (wrong !== null) throw new DataError(`${full} cannot be read: ${wrong}`);
      continue;
    }
    const size = fs.statSync(full, { throwIfNoEntry: false })?.size;
    if (size !== expected) {
      const what = size === undefined ? 'is missing' : `has ${size} bytes, not ${expected}`;
      throw new DataError(`${full} ${what}: it is not ${form}`);
    }
  }
}

/** What a folder that was unpacked from an archive held then. */
const contents = 'contents.json';

/** Unpacks an archive into the cache, once for each state of the archive, and again where what was unpacked has changed. */
async function unpack(official: Official, archive: string, report: Report): Promise<string> {
  const { name, files, others } = official;
  const { size, mtimeMs } = fs.statSync(archive);
  const state = createHash('sha256')
    .update(`${path.resolve(archive)} ${size} ${mtimeMs}`)
    .digest('hex')
    .slice(0, 12);
  const folder = path.join(dataCache(), `${name}-${state}`);
  const wanted = Object.fromEntries(
    Object.entries(files).map(([file, bytes]) => [`${official.folder}/${file}`, bytes]),
  );
  const names = Object.keys(wanted);
  const changed = (): Promise<string | null> => changedFile(path.join(folder, contents));
  const unpacked = path.join(folder, official.folder);
  const isThere = fs.existsSync(folder);
  const damaged = isThere ? await changed() : null;
  if (isThere && damaged === null) return unpacked;
  const why = damaged === null ? '' : ` again: ${damaged} is not as it was unpacked`;
  report(`Unpacking ${path.basename(archive)}${why}`, 0, names.length);
  removeLeftBehind(folder);
  const scratch = scratchFor(folder);
  try {
    await unpackFiles(archive, wanted, scratch, {
      ...{ what: name, others },
      onFile: (done) => report(`Unpacking ${path.basename(archive)}${why}`, done, names.length),
    });
    await writeContents(path.join(scratch, contents), names);
    await moveInto(scratch, folder, async () => (await changed()) === null);
  } catch (error) {
    const cause = systemCause(error);
    if (!cause) throw error;
    throw new DataError(`${archive} cannot be unpacked into ${dataCache()}: ${cause}`, { cause: error });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return unpacked;
}

/**
 * The folder of the files: as they are, or from an archive that is found, or from one that is downloaded.
 *
 * @throws DataError for files that are missing or of another size, and for an archive that is another or cannot be had
 */
export async function officialFolder(official: Official, report: Report): Promise<string> {
  const archiveName = path.basename(official.archive.url);
  for (const place of dataFolders()) {
    const folder = path.join(place, official.folder);
    if (fs.existsSync(folder)) {
      checkFolder(official, folder);
      return folder;
    }
    const archive = path.join(place, archiveName);
    if (fs.existsSync(archive)) return unpack(official, archive, report);
  }
  const archive = path.join(dataCache(), archiveName);
  await download(official.archive, archive, report);
  return unpack(official, archive, report);
}

/** The names of classes in a file, one a line. @throws DataError where these are others than so many */
export function namesIn(file: string, classes: number): readonly string[] {
  const written = readText(file, 1 << 20);
  if ('wrong' in written) throw new DataError(`${file} cannot be read: ${written.wrong}`);
  const names = written.text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (names.length !== classes) throw new DataError(`${file} names ${names.length} classes, not ${classes}`);
  return names;
}
