/** The images of a folder of classes, in torchvision's order. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { systemCause } from '../../../system/system-errors.ts';
import { listed } from '../../../words/listed.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';
import type { Report } from '../download.ts';

/** What files are taken for images, as torchvision does by their names, of the formats that are decoded here. */
const extensions = /\.(jpe?g|png|webp|gif)$/i;

/** A folder of classes. */
export interface Listing {
  /** The names of its classes; the number of one is its place. */
  readonly classes: readonly string[];
  /** From the root, with `/`. */
  readonly files: readonly string[];
  /** The class of each file. */
  readonly labels: Int32Array;
  /** A sentence about what else lies there; null where nothing does. */
  readonly remark: string | null;
}

export const quoted = (names: readonly string[]): string =>
  listed(
    names.map((name) => `'${oneLine(name)}'`),
    5,
  );

const astral = /[\ud800-\udfff]/;

/** As Python sorts text. */
export function byCodePoints(names: readonly string[]): string[] {
  // Beyond 16 bits JavaScript's order is another, and that of UTF-8 is Python's.
  return names.some((name) => astral.test(name))
    ? names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    : names.toSorted();
}

async function looked<Result>(place: string, look: (place: string) => Promise<Result>): Promise<Result> {
  try {
    return await look(place);
  } catch (error) {
    throw new DataError(`${place} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
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

export const isImage = (name: string): boolean => extensions.test(name) && !isHidden(name);

export interface Found {
  readonly images: string[];
  readonly others: string[];
}

/**
 * The files below a folder, by the names of their folders and then by their own.
 *
 * @param at  from the root, with `/`
 * @param above  the real places of the folders that it lies in
 * @throws DataError for links that lead in a loop
 */
export async function filesBelow(
  root: string,
  at: string,
  above: readonly string[],
): Promise<[string, Found][]> {
  const folder = path.join(root, at);
  const place = await looked(folder, (place) => fs.realpath(place));
  if (above.includes(place))
    throw new DataError(`${folder} leads back to ${place}, in which it lies: a loop of links`);
  const { folders, files } = await entriesOf(folder);
  const own: Found = {
    images: files.filter(isImage).map((name) => `${at}/${name}`),
    others: files.filter((name) => !isImage(name)).map((name) => `${at}/${name}`),
  };
  const below: [string, Found][] = [];
  for (const name of folders)
    if (!isHidden(name)) below.push(...(await filesBelow(root, `${at}/${name}`, [...above, place])));
  return [[at, own], ...below];
}

/** @throws DataError for classes that differ by case alone: where it does not count they are one folder */
export function checkNames(folder: string, classes: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of classes) {
    const folded = name.normalize().toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined)
      throw new DataError(
        `${folder}: the classes ${quoted([other, name])} differ by upper and lower case alone: make one folder of them, or name one otherwise`,
      );
    seen.set(folded, name);
  }
}

function remarkOn(root: string, others: readonly string[]): string | null {
  if (others.length === 0) return null;
  const are = others.length === 1 ? 'file is' : 'files are';
  return `${root}: ${others.length.toLocaleString('en-US')} ${are} left out, being no JPEG, PNG, WebP or GIF by name: ${quoted(others)}`;
}

/**
 * The images of a folder of classes, one folder each, with all that lies below it: sorted as torchvision's `ImageFolder` sorts them.
 *
 * @param within  the folder of classes, from the root; empty where it is the root itself
 * @throws DataError where there are no classes, one has no images, two have one name but for case, or links lead in a loop
 */
export async function listClasses(root: string, within: string, report: Report): Promise<Listing> {
  const folder = path.join(root, within);
  const { folders, files: beside } = await entriesOf(folder);
  const classes = folders.filter((name) => !isHidden(name));
  const loose = beside.filter((name) => extensions.test(name)).length;
  if (classes.length === 0)
    throw new DataError(
      `${folder} has no images in folders of classes (CLASS/*.jpg)` +
        (loose > 0 ? `: ${loose.toLocaleString('en-US')} lie in it itself, and are of no class` : ''),
    );
  checkNames(folder, classes);
  const files: string[] = [];
  const labels: number[] = [];
  const empty: string[] = [];
  const others =
    within === '' ? [] : beside.filter((name) => !isHidden(name)).map((name) => `${within}/${name}`);
  const place = await looked(folder, (place) => fs.realpath(place));
  for (const [label, name] of classes.entries()) {
    report(`Listing ${folder}`, label, classes.length);
    const found = await filesBelow(root, within === '' ? name : `${within}/${name}`, [place]);
    const byFolder = new Map(found);
    const images = byCodePoints([...byFolder.keys()]).flatMap((at) => byFolder.get(at)?.images ?? []);
    if (images.length === 0) empty.push(name);
    for (const image of images) {
      files.push(image);
      labels.push(label);
    }
    for (const [, own] of found) others.push(...own.others);
  }
  report(`Listing ${folder}`, classes.length, classes.length);
  if (files.length === 0)
    throw new DataError(`${folder} has no images: none of its files is a JPEG, PNG, WebP or GIF by name`);
  if (empty.length > 0)
    throw new DataError(
      `${folder}: ${empty.length === 1 ? 'a class has' : `${empty.length.toLocaleString('en-US')} classes have`} no images: ${quoted(empty)}`,
    );
  return { classes, files, labels: Int32Array.from(labels), remark: remarkOn(root, others) };
}
