/** How a run is trained anew. */
import fs from 'node:fs';
import path from 'node:path';
import { shellWord } from '../../words/shell-word.ts';
import { asRecord } from './log.ts';
import { programOf } from './program.ts';

/** Of what Retort's own program writes, and of no other command that somebody's record might say: it is made to be pasted into a shell. */
const isQuickstart = (program: string): boolean => /^npx retort quickstart( --text)?$/.test(program);

/** Of a table of somebody's own, which that command is given, as it is given. */
function ownTable(program: string, { data }: Readonly<Record<string, unknown>>): string {
  const { name } = asRecord(data) ?? {};
  const isOwn = program.endsWith(' --text') && typeof name === 'string' && name !== 'vader-movies';
  return isOwn ? ` --data ${shellWord(name)}` : '';
}

/** The command for a recipe, or for settings. @example verbOf({ teacher: 'runs/teacher' }) // 'distill' */
export const verbOf = ({
  teacher,
  teachers,
}: {
  readonly teacher?: unknown;
  readonly teachers?: unknown;
}): 'train' | 'distill' => (teacher === undefined && teachers === undefined ? 'train' : 'distill');

/**
 * The command that trains a run once more: a recipe's into a folder beside it, one of the quickstart with all that the quickstart trains.
 *
 * @returns null for a run that keeps no recipe, as one of the library
 * @example repeatCommand('runs/kd', { teacher: 'runs/teacher' }) // 'npx retort distill runs/kd/recipe.yaml --out runs/kd-again'
 */
export function repeatCommand(folder: string, settings: Readonly<Record<string, unknown>>): string | null {
  const program = programOf(settings);
  if (program !== null && isQuickstart(program)) return `${program}${ownTable(program, settings)}`;
  const place = folder.replace(/\/+$/, '');
  const recipe = path.join(place, 'recipe.yaml');
  if (!fs.existsSync(recipe)) return null;
  return `npx retort ${verbOf(settings)} ${shellWord(recipe)} --out ${shellWord(`${place}-again`)}`;
}
