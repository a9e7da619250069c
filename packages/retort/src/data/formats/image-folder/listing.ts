/** The images of a folder of classes, in torchvision's order. */
import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { notAFile } from '../../../system/regular-file.ts';
import { systemCause } from '../../../system/system-errors.ts';
import { quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { type Files, FilesBuilder } from './files.ts';

/** What files are taken for images, as torchvision does by their names, of the formats that are decoded here. */
const extensions = /\.(jpe?g|png|webp|gif)$/i;

/** A folder of classes. */
export interface Listing {
  /** The names of its classes; the number of one is its place. */
  readonly classes: readonly string[];
  /** From the root. */
  readonly files: Files;
  /** The class of each file. */
  readonly labels: Int32Array;
  /** A sentence about what else lies there; null where nothing does. */
  readonly remark: string | null;
  /** All folders that were looked into, as they were. */
  readonly folders: readonly Looked[];
}

/** A folder as it was when it was looked into. */
export interface Looked {
  /** From the root, with `/`; empty for the root itself. */
  readonly at: string;
  /** Another one where something in it was added, taken away or renamed. */
  readonly stamp: string;
  /** Whether a change since would be seen by the stamp: it has a time that is not now any more. */
  readonly isSettled: boolean;
}

/** How a folder is known. @throws DataError where it cannot be looked into */
export function lookedAt(root: string, at: string): Looked {
  const now = Date.now();
  const folder = path.join(root, at);
  const { ino, mtimeMs, ctimeMs } = read(folder, () => statSync(folder));
  // Some file systems know whole seconds alone, and the kernel's clock goes on by a few milliseconds.
  const tick = mtimeMs % 1000 === 0 ? 2000 : 50;
  return { at, stamp: `${ino} ${mtimeMs} ${ctimeMs}`, isSettled: now - Math.max(mtimeMs, ctimeMs) > tick };
}

const astral = /[\ud800-\udfff]/;

/** As Python sorts text. */
export function byCodePoints(names: readonly string[]): string[] {
  // Beyond 16 bits JavaScript's order is another, and that of UTF-8 is Python's.
  return names.some((name) => astral.test(name))
    ? names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    : names.toSorted();
}

const unreadable = (place: string, error: unknown): DataError => {
  // As Node has a name whose bytes are no UTF-8: the file of that name is another.
  const why = place.includes('\ufffd') ? 'its name is not in UTF-8: rename it' : systemCause(error);
  return new DataError(`${place} cannot be read: ${why ?? String(error)}`, { cause: error });
};

async function looked<Result>(place: string, look: (place: string) => Promise<Result>): Promise<Result> {
  try {
    return await look(place);
  } catch (error) {
    throw unreadable(place, error);
  }
}

function read<Result>(place: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw unreadable(place, error);
  }
}

interface Entries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What lies in a folder, through links. @throws DataError */
export async function entriesOf(folder: string): Promise<Entries> {
  const entries = await looked(folder, (place) => fs.readdir(place, { withFileTypes: true }));
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    const isLink = entry.isSymbolicLink();
    const target = isLink ? await looked(path.join(folder, entry.name), (place) => fs.stat(place)) : entry;
    (target.isDirectory() ? folders : files).push(entry.name);
  }
  return { folders: byCodePoints(folders), files: byCodePoints(files) };
}

/** What begins with a dot belongs to the system or to a tool, as `.DS_Store`, `._cat.jpg` and `.ipynb_checkpoints` do. */
export const isHidden = (name: string): boolean => name.startsWith('.');

/** Files that are no images: how many, and the first few. */
export class Others {
  count = 0;
  readonly first: string[] = [];

  add(name: string): void {
    this.count++;
    if (this.first.length < 5) this.first.push(name);
  }
}

export interface Found {
  readonly folder: Looked;
  readonly images: readonly string[];
  /** Of each image, in bytes. */
  readonly sizes: readonly number[];
}

export const isImage = (name: string): boolean => extensions.test(name) && !isHidden(name);

/**
 * The images below a folder, by the folders that they lie in.
 *
 * @param at  from the root, with `/`
 * @param above  the real places of the folders that it lies in
 * @param others  told of what else there is
 * @throws DataError for links that lead in a loop
 */
export async function imagesBelow(
  root: string,
  at: string,
  above: readonly string[],
  others: Others,
): Promise<Found[]> {
  const folder = path.join(root, at);
  const place = await looked(folder, (place) => fs.realpath(place));
  if (above.includes(place))
    throw new DataError(`${folder} leads back to ${place}, in which it lies: a loop of links`);
  const known = lookedAt(root, at);
  const { folders, files } = await entriesOf(folder);
  const images = files.filter(isImage).map((name) => `${at}/${name}`);
  for (const name of files) if (!isImage(name)) others.add(`${at}/${name}`);
  const sizes = images.map((name) => {
    const file = path.join(root, name);
    const stat = read(file, () => statSync(file));
    // Opening a pipe would wait for whoever writes into it.
    if (!stat.isFile()) throw new DataError(`${file} cannot be read: ${notAFile(file)}`);
    return stat.size;
  });
  const below: Found[] = [];
  for (const name of folders)
    if (!isHidden(name)) below.push(...(await imagesBelow(root, `${at}/${name}`, [...above, place], others)));
  return [{ folder: known, images, sizes }, ...below];
}

/** @throws DataError for classes that differ by case, or by how their letters are written, alone: where it does not count they are one folder */
export function checkNames(folder: string, classes: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of classes) {
    const folded = name.normalize().toLowerCase();
    const other = seen.get(folded);
    const how =
      other?.normalize() === name.normalize()
        ? 'the bytes that their letters are written in'
        : 'upper and lower case';
    if (other !== undefined)
      throw new DataError(
        `${folder}: the classes ${quoted([other, name])} differ by ${how} alone: make one folder of them, or name one otherwise`,
      );
    seen.set(folded, name);
  }
}

export function remarkOn(root: string, { count, first }: Others): string | null {
  if (count === 0) return null;
  const are = count === 1 ? 'file is' : 'files are';
  const left = count - first.length;
  const more = left > 0 ? ` and ${left.toLocaleString('en-US')} more` : '';
  return `${root}: ${count.toLocaleString('en-US')} ${are} left out, being no JPEG, PNG, WebP or GIF by name: ${quoted(first)}${more}`;
}

/**
 * The images of a folder of classes, one folder each, with all that lies below it: sorted as torchvision's `ImageFolder` sorts them.
 *
 * @param within  the folder of classes, from the root; empty where it is the root itself
 * @throws DataError where there are no classes, one has no images, two have one name but for case, or links lead in a loop
 */
export async function listClasses(root: string, within: string, report: Report): Promise<Listing> {
  const folder = path.join(root, within);
  const looks = [lookedAt(root, within)];
  const { folders, files: beside } = await entriesOf(folder);
  const classes = folders.filter((name) => !isHidden(name));
  const loose = beside.filter((name) => extensions.test(name)).length;
  if (classes.length === 0)
    throw new DataError(
      `${folder} has no images in folders of classes (CLASS/*.jpg)` +
        (loose > 0 ? `: ${loose.toLocaleString('en-US')} lie in it itself, and are of no class` : ''),
    );
  checkNames(folder, classes);
  const files = new FilesBuilder();
  const counts: number[] = [];
  const others = new Others();
  if (within !== '') for (const name of beside) if (!isHidden(name)) others.add(`${within}/${name}`);
  const place = await looked(folder, (place) => fs.realpath(place));
  for (const [label, name] of classes.entries()) {
    report(`Listing ${folder}`, label, classes.length);
    const before = files.count;
    const found = await imagesBelow(root, within === '' ? name : `${within}/${name}`, [place], others);
    const byFolder = new Map(found.map((one) => [one.folder.at, one]));
    for (const at of byCodePoints([...byFolder.keys()]))
      for (const [i, image] of byFolder.get(at)?.images.entries() ?? [])
        files.add(image, byFolder.get(at)?.sizes[i] ?? 0);
    counts.push(files.count - before);
    looks.push(...found.map(({ folder }) => folder));
  }
  report(`Listing ${folder}`, classes.length, classes.length);
  if (files.count === 0)
    throw new DataError(`${folder} has no images: none of its files is a JPEG, PNG, WebP or GIF by name`);
  const empty = classes.filter((_, label) => counts[label] === 0);
  if (empty.length > 0)
    throw new DataError(
      `${folder}: ${empty.length === 1 ? 'a class has' : `${empty.length.toLocaleString('en-US')} classes have`} no images: ${quoted(empty)}`,
    );
  return {
    classes,
    files: files.files(),
    labels: labelsOf(counts),
    remark: remarkOn(root, others),
    folders: looks,
  };
}

/** So many of each class, one after another. */
function labelsOf(counts: readonly number[]): Int32Array {
  const labels = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const [label, count] of counts.entries()) {
    labels.fill(label, at, at + count);
    at += count;
  }
  return labels;
}
