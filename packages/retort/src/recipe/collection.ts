/** The recipes of papers, which come with the package: they are found as `recipes/…` also where no such folder is. */
import fs from 'node:fs';
import path from 'node:path';

/** The folder in the package, and in a clone of Retort, from which it is packed. */
const comes = ['../../recipes', '../../../../recipes'].map((place) => path.join(import.meta.dirname, place));

/** The same place in the package; null where it is not called `recipes/…` from here, or is not there. */
function packaged(named: string): string | null {
  const name = path.relative('', path.resolve(named)).split(path.sep).join('/');
  const own = /^recipes(?:\/|$)/.test(name) ? comes.find((place) => fs.existsSync(place)) : undefined;
  const place = own && path.join(own, '..', name);
  return place && fs.existsSync(place) ? place : null;
}

/**
 * Where a recipe is: as it is named, or, where nothing is there, in the package.
 *
 * @param folder  from which it is named
 * @returns as it is named where it is nowhere
 * @example recipePlace('recipes/crd/kd/resnet56-resnet20.yaml') // '/…/node_modules/retort/recipes/crd/kd/resnet56-resnet20.yaml'
 */
export function recipePlace(file: string, folder = ''): string {
  const named = folder === '' ? file : path.resolve(folder, file);
  return fs.existsSync(named) ? named : (packaged(named) ?? packaged(file) ?? named);
}

/** The folders that a folder of recipes may stand for, of which the first goes before: itself, and that of the package; those that are there. */
export const recipeFolders = (folder: string): readonly string[] =>
  [folder, packaged(folder)].filter(
    (place): place is string =>
      place !== null && (fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false),
  );
