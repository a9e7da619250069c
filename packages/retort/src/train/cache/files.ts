/** Files of a cache as others may have left them: missing, cut short, or with something else in their place. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../../runs/index.ts';
import { makeFolder } from '../../runs/write/make-folder.ts';
import { systemCode } from '../../system/system-errors.ts';

/** Calls `body` with a file that is open for reading; null where it is missing, or something else is in its place. */
export function regular<Result>(file: string, body: (descriptor: number) => Result): Result | null {
  if (!isRegular(file)) return null;
  let descriptor: number | null = null;
  try {
    descriptor = fs.openSync(file, 'r');
    return body(descriptor);
  } catch (error) {
    // What the disk cannot read any more is written again.
    if (['ENOENT', 'EIO'].includes(systemCode(error) ?? '')) return null;
    throw RunError.of(error, `${file} of the teacher cache could not be read`);
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}

function found(place: string, stat: (place: string) => fs.Stats): fs.Stats | null {
  try {
    return stat(place);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return null;
    throw RunError.of(error, `${place} of the teacher cache could not be read`);
  }
}

/** What is there, through links; null where nothing is, or nothing can be. */
export const look = (place: string): fs.Stats | null => found(place, fs.statSync);

export const isRegular = (file: string): boolean => look(file)?.isFile() ?? false;

export const remove = (place: string): void => fs.rmSync(place, { recursive: true, force: true });

/** Whether anything is there, a link that leads nowhere too. Asked before what it is, as another process may make it in between. */
const isThere = (place: string): boolean => found(place, fs.lstatSync) !== null;

/** Takes away what is in the place of a file, and is none: a folder, a link that leads nowhere. */
export function clear(file: string): void {
  if (isThere(file) && !isRegular(file)) remove(file);
}

/** The same of a folder. */
function clearForFolder(folder: string): void {
  if (isThere(folder) && !look(folder)?.isDirectory()) remove(folder);
}

/**
 * Puts a copy in the place of a link: what it leads to may be another's, and is not written to.
 *
 * @param most  bytes that are needed of it
 */
export function ownCopy(file: string, most: number): void {
  if (!fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const aside = `${file}.tmp`;
  remove(aside);
  fs.copyFileSync(file, aside);
  if (fs.statSync(aside).size > most) fs.truncateSync(aside, most);
  fs.renameSync(aside, file);
}

/** A file of a view, which is made of its full length. */
export interface Sized {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Makes the folder of a cache, with what it says of itself: both appear at once, so that another process finds none that does not say whose
 * it is.
 */
export function makeCache(folder: string, key: object): void {
  clearForFolder(folder);
  const record = path.join(folder, 'key.json');
  clear(record);
  if (fs.existsSync(record)) return;
  const text = `${JSON.stringify(key, null, 2)}\n`;
  // Another process may be at it, too.
  const aside = `${folder}.${randomUUID().slice(0, 8)}.tmp`;
  makeFolder(aside);
  try {
    fs.writeFileSync(path.join(aside, 'key.json'), text, { flush: true });
    if (!fs.existsSync(folder) && renamed(aside, folder)) return;
    fs.renameSync(path.join(aside, 'key.json'), record);
  } finally {
    remove(aside);
  }
}

/** Whether a folder got its name; not where another process was first. */
function renamed(from: string, to: string): boolean {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['EEXIST', 'ENOTEMPTY'].includes(String(error.code)))
      return false;
    throw error;
  }
}

/** Makes a folder, in the place of whatever else is there. */
export function makeView(view: string): void {
  clearForFolder(view);
  makeFolder(view);
}

/** Makes a file in its full length, of zeros where nothing was. */
export function makeFull({ file, bytes }: Sized): void {
  clear(file);
  ownCopy(file, bytes);
  fs.closeSync(fs.openSync(file, 'a'));
  // Grown, never cut: another process may have it mapped.
  if (fs.statSync(file).size < bytes) fs.truncateSync(file, bytes);
}

/** Writes all of the bytes at a place. */
export function writeAt(descriptor: number, bytes: Uint8Array, start: number): void {
  for (let at = 0; at < bytes.length; )
    at += fs.writeSync(descriptor, bytes, at, bytes.length - at, start + at);
}
