/** The recipes of papers, which come with the package: they are found as `recipes/…` also where no such folder is. */
import fs from 'node:fs';
import path from 'node:path';

/** The folder in the package, and in a clone of Retort, from which it is packed. */
const comes = ['../../recipes', '../../../../recipes'].map((place) => path.join(import.meta.dirname, place));

const isIn = (file: string): boolean => /^recipes(?:\/|$)/.test(path.posix.normalize(file));

/**
 * Where a recipe, or a folder of recipes, is: as it is named, or, where nothing is there, in the package.
 *
 * @param folder  from which it is named
 * @returns as it is named where it is nowhere
 * @example recipePlace('recipes/crd/kd/resnet56-resnet20.yaml') // '/…/node_modules/retort/recipes/crd/kd/resnet56-resnet20.yaml'
 */
export function recipePlace(file: string, folder = ''): string {
  const named = folder === '' ? file : path.resolve(folder, file);
  if (fs.existsSync(named) || !isIn(file)) return named;
  const own = comes.find((place) => fs.existsSync(place));
  const place = own && path.join(own, '..', file);
  return place && fs.existsSync(place) ? place : named;
}
