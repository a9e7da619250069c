/** How a run is trained anew. */
import fs from 'node:fs';
import path from 'node:path';
import { shellWord } from '../../words/shell-word.ts';

/** The command for a recipe, or for settings. @example verbOf({ teacher: 'runs/teacher' }) // 'distill' */
export const verbOf = ({
  teacher,
  teachers,
}: {
  readonly teacher?: unknown;
  readonly teachers?: unknown;
}): 'train' | 'distill' => (teacher === undefined && teachers === undefined ? 'train' : 'distill');

/**
 * The command that trains a run once more, into a folder beside it.
 *
 * @returns null for a run that keeps no recipe, as one of the library
 * @example repeatCommand('runs/kd', { teacher: 'runs/teacher' }) // 'npx retort distill runs/kd/recipe.yaml --out runs/kd-again'
 */
export function repeatCommand(folder: string, settings: Readonly<Record<string, unknown>>): string | null {
  const place = folder.replace(/\/+$/, '');
  const recipe = path.join(place, 'recipe.yaml');
  if (!fs.existsSync(recipe)) return null;
  return `npx retort ${verbOf(settings)} ${shellWord(recipe)} --out ${shellWord(`${place}-again`)}`;
}
