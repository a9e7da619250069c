/** In what a run is not as a recipe says. */
import { parseNetwork, sourceText } from '../models/index.ts';
import { differingSettings, inTodaysWords, settingsOf } from '../runs/index.ts';
import { RecipeError } from './errors.ts';
import { recipeOf } from './resolve.ts';
import type { Recipe } from './schema.ts';
import { shownAs } from './shown-by-default.ts';
import { tasksByDefault } from './task-by-default.ts';

/** A setting that a run has otherwise than its recipe; undefined where one of them does not have it. */
export interface Deviation {
  readonly path: string;
  readonly recipe: unknown;
  readonly run: unknown;
}

/** Whether these are the weights that the recipe names, wherever they lie. */
function isSameWeights(written: unknown, had: unknown): boolean {
  if (typeof written !== 'string' || typeof had !== 'string') return written === had;
  const [recipe, run] = [parseNetwork(written), parseNetwork(had)];
  const bare = (file: string | null): string => `/${(file ?? '').replace(/\.(pth|safetensors)$/, '')}`;
  return (
    sourceText(recipe) === sourceText(run) &&
    recipe.key === run.key &&
    bare(run.file).endsWith(bare(recipe.file))
  );
}

/** Whether a run was of the file, folder or module that the recipe names, wherever it lies: what it held is compared when a run is resumed. */
function isSamePlace(written: unknown, had: unknown): boolean {
  if (typeof written !== 'string' || typeof had !== 'string') return written === had;
  const bare = written.replace(/^(\.\.?\/)+/, '').replace(/\.(pth|safetensors)$/, '');
  return bare !== '' && `/${had.replace(/\.(pth|safetensors)$/, '')}`.endsWith(`/${bare}`);
}

const isNetwork = (path: string): boolean => /^(student|teacher|teachers\.[^.]*)$/.test(path);

const isPlace = (path: string): boolean =>
  /^(data\.name|(student|teacher|teachers\.[^.]*)\.weights)$/.test(path);

/** The same recipe, with what it leaves to the data as a run has it, where that is what data of some kind says. */
function asDataSaid(recipe: Recipe, run: Partial<Recipe>): Recipe {
  const { task = tasksByDefault.find((name) => name === run.task) } = recipe;
  return { ...shownAs(recipe, run), ...(task === undefined ? {} : { task }) };
}

/**
 * What a run's settings are beside a recipe's. How often checkpoints are written does not count, nor where weights and data lie.
 *
 * @param by  where the settings were read
 * @example deviations(recipe, { ...recipe, seed: 1 }, 'runs/kd') // [{ path: 'seed', recipe: 0, run: 1 }]
 */
export function deviations(
  recipe: Recipe,
  settings: Readonly<Record<string, unknown>>,
  by: string,
): Deviation[] {
  // An older version may not have had a setting, or said otherwise how it is called.
  let filled: Readonly<Record<string, unknown>> = settings;
  try {
    filled = recipeOf(inTodaysWords(settings), by, { weightsAsWritten: true }).recipe;
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
  }
  const written = asDataSaid(recipe, filled);
  const [wanted, had] = [settingsOf(written), settingsOf(filled)];
  return differingSettings(written, filled)
    .filter((path) => !path.startsWith('checkpoint.'))
    .filter((path) => !(isNetwork(path) && isSameWeights(wanted.get(path), had.get(path))))
    .filter((path) => !(isPlace(path) && isSamePlace(wanted.get(path), had.get(path))))
    .map((path) => ({ path, recipe: wanted.get(path), run: had.get(path) }));
}

const shown = (setting: unknown): string =>
  setting === undefined ? 'none' : typeof setting === 'string' ? setting : JSON.stringify(setting);

/** @example inWords({ path: 'seed', recipe: 0, run: 1 }) // 'seed is 1 instead of 0' */
export const inWords = ({ path, recipe, run }: Deviation): string =>
  `${path} is ${shown(run)} instead of ${shown(recipe)}`;

/**
 * What is wrong with a folder whose run is not the recipe's; null where it is.
 *
 * @example otherRun(recipe, 'runs/kd', readRecord('runs/kd')) // 'runs/kd holds a run of other settings: seed is 1 instead of 0. …'
 */
export function otherRun(
  recipe: Recipe,
  folder: string,
  { settings }: { readonly settings: Readonly<Record<string, unknown>> },
): string | null {
  const differs = deviations(recipe, settings, `${folder}/run.json`);
  if (differs.length === 0) return null;
  return `${folder} holds a run of other settings: ${differs.map(inWords).join(', ')}. Choose another --out, or remove it`;
}
