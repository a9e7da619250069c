/** The command that runs a recipe of a collection. */
import fs from 'node:fs';
import path from 'node:path';
import { verbOf } from '../runs/read/repeat.ts';
import { shellWord } from '../words/shell-word.ts';
import { shownFile } from '../words/shown.ts';
import type { Recipe } from './schema.ts';

/** @example commandOf('recipes/crd/alone/resnet8.yaml', recipe, 'runs/alone') // 'npx retort train … --out runs/alone' */
export function commandOf(file: string, recipe: Recipe, out: string, more: readonly string[] = []): string {
  return [
    'npx retort',
    verbOf(recipe),
    shellWord(shownFile(file)),
    ...more.map(shellWord),
    '--out',
    shellWord(out),
  ].join(' ');
}

/** The recipes of the collection that a folder belongs to: those under the folder `recipes` around it, else of the folder itself. */
export function recipesAround(folder: string): string[] {
  const parts = path.resolve(folder).split(path.sep);
  const at = parts.lastIndexOf('recipes');
  const root = at < 0 ? path.resolve(folder) : parts.slice(0, at + 1).join(path.sep);
  return fs
    .readdirSync(root, { recursive: at >= 0, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.join(root, name));
}
