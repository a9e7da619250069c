/** A folder that is there whole or not at all. */
import fs from 'node:fs';
import path from 'node:path';
import { removeLeftBehind, scratchFor } from '../../data/formats/aside.ts';
import { systemCause } from '../../system/system-errors.ts';
import { ExportError } from '../onnx/index.ts';

/** @throws ExportError where something is there already */
function refuseTaken(folder: string): void {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && fs.readdirSync(folder).length === 0)) return;
  throw new ExportError(
    `${folder} is there already, and is not written over: name another folder, or remove it first`,
  );
}

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Where a folder is made aside that is moved into one that is there. */
const within = (place: string): string => path.join(place, 'student');

/** Removes a folder and those above it up to `last`, unless something is in them by now. */
function removeEmpty(folder: string, last: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    return;
  }
  if (folder !== last) removeEmpty(path.dirname(folder), last);
}

/**
 * Moves what was made into its place. A folder that was there stays, as somebody may be in it, or it may be a disk of its own: what makes it a model
 * folder comes last.
 */
function moveTo(place: string, scratch: string): void {
  if (path.dirname(scratch) !== place) return fs.renameSync(scratch, place);
  const last = ['README.md', 'preprocessor_config.json', 'tokenizer_config.json', 'config.json'];
  const names = fs.readdirSync(scratch).filter((name) => !last.includes(name));
  for (const name of [...names, ...last.filter((name) => fs.existsSync(path.join(scratch, name)))])
    fs.renameSync(path.join(scratch, name), path.join(place, name));
}

/**
 * Makes a folder aside, and moves it to its place when all is in it. What a program left beside it that was killed goes first.
 *
 * @param make  is called with the folder that it fills
 * @throws ExportError for a place where something is already, or where nothing can be written; what `make` throws
 */
export async function madeWhole<Made>(
  folder: string,
  make: (scratch: string) => Promise<Made>,
): Promise<Made> {
  if (folder === '') throw new ExportError('the name of the folder that is to be written is empty');
  const place = path.resolve(folder);
  let scratch = '';
  let above: string | undefined;
  try {
    removeLeftBehind(place);
    if (isFolder(place)) removeLeftBehind(within(place));
    refuseTaken(folder);
    above = fs.mkdirSync(path.dirname(place), { recursive: true });
    scratch = scratchFor(fs.existsSync(place) ? within(place) : place);
    // As folders are that are made by others than `mkdtemp`.
    fs.chmodSync(scratch, 0o777 & ~process.umask());
    const made = await make(scratch);
    moveTo(place, scratch);
    above = undefined;
    return made;
  } catch (error) {
    const cause = systemCause(error);
    if (cause === null) throw error;
    throw new ExportError(`${folder} cannot be written: ${cause}`, { cause: error });
  } finally {
    if (scratch !== '') fs.rmSync(scratch, { recursive: true, force: true });
    if (above !== undefined) removeEmpty(path.dirname(place), above);
  }
}
