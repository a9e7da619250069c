/** Where data sets are looked for. */
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@retort/torch/setup';
import { DataError } from '../dataset.ts';
import { expanded, isFileOfImages } from './file-names.ts';

/** `RETORT_DATA`, then `data` and `../shared/data` from here, then the cache. */
export function dataFolders(): string[] {
  const stated = process.env.RETORT_DATA;
  const near = [path.resolve('data'), path.resolve('..', 'shared', 'data')];
  return [...(stated ? [path.resolve(stated)] : near), dataCache()];
}

/** Where downloaded and converted data is kept. */
export function dataCache(): string {
  return path.join(cacheFolder(), 'data');
}

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Where a folder of data is looked for: from a folder, from here, and in the data folders. */
export const placesOf = (name: string, from: string): string[] => [
  ...new Set([
    path.resolve(from, name),
    path.resolve(name),
    ...(path.isAbsolute(name) ? [] : dataFolders().map((folder) => path.join(folder, name))),
  ]),
];

/** Whether a name of data is one of a place: by how it is written, or because there is one. @example isPlaceName('./photos') // true */
export const isPlaceName = (name: string): boolean =>
  /[/\\]/.test(name) ||
  name === '.' ||
  name === '..' ||
  isFileOfImages(name) ||
  placesOf(name, '.').some(isFolder);

/**
 * The place of data that a name stands for: a folder, a table of images, YOLO's description of a folder, or tars, of which a range in braces names several.
 *
 * @param from  the folder that it is written from
 * @throws DataError with where it was looked for
 */
export function placeOfData(name: string, from = '.'): string {
  const places = placesOf(name, from);
  const found = places.find(
    (place) => isFolder(place) || (isFileOfImages(place) && fs.existsSync(expanded(place)[0] ?? '')),
  );
  if (found !== undefined) return found;
  const file = places.find((place) => fs.existsSync(place));
  if (file !== undefined)
    throw new DataError(
      `${file} is no folder of images, no table of them (.csv, .tsv, .jsonl), no .tar and no .yaml as YOLO has it; data of your own is named by what a module exports, as ./data.ts#NAME`,
    );
  const what = isFileOfImages(name) ? 'file' : 'folder';
  throw new DataError(`there is no ${what} ${name}: it was looked for as ${places.join(', ')}`);
}
