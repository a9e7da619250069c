/** Where data sets are looked for. */
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@retort/torch/setup';
import { DataError } from '../dataset.ts';

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
const placesOf = (name: string, from: string): string[] => [
  ...new Set([
    path.resolve(from, name),
    path.resolve(name),
    ...(path.isAbsolute(name) ? [] : dataFolders().map((folder) => path.join(folder, name))),
  ]),
];

/** Whether a name of data is one of a folder: by how it is written, or because there is one. @example isFolderName('./photos') // true */
export const isFolderName = (name: string): boolean =>
  /[/\\]/.test(name) || name === '.' || name === '..' || placesOf(name, '.').some(isFolder);

/**
 * The folder of data that a name stands for.
 *
 * @param from  the folder that it is written from
 * @throws DataError with where it was looked for
 */
export function folderOfData(name: string, from = '.'): string {
  const places = placesOf(name, from);
  const found = places.find(isFolder);
  if (found !== undefined) return found;
  const file = places.find((place) => fs.existsSync(place));
  if (file !== undefined)
    throw new DataError(
      `${file} is no folder of images; data of your own is named by what a module exports, as ./data.ts#NAME`,
    );
  throw new DataError(`there is no folder ${name}: it was looked for as ${places.join(', ')}`);
}
