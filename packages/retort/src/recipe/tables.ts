/** The tables of papers: recipes that say which row they reproduce, and what runs of them came to. */
import fs from 'node:fs';
import path from 'node:path';
import { parseWeights } from '../models/index.ts';
import { type RunSummary, type Spread, settingsOf, spread } from '../runs/index.ts';
import { RecipeError } from './errors.ts';
import { readRecipe, recipeOf } from './resolve.ts';
import type { Published, Recipe } from './schema.ts';
import { readSource } from './source.ts';

/** A recipe that reproduces a row. */
export interface TableRow {
  readonly file: string;
  readonly recipe: Recipe;
  readonly published: Published;
}

/** A setting that a run has otherwise than its recipe; undefined where one of them does not have it. */
export interface Deviation {
  readonly path: string;
  readonly recipe: unknown;
  readonly run: unknown;
}

/** A run by a recipe's name that is not its result. */
export interface OtherRun {
  readonly folder: string;
  readonly status: RunSummary['status'];
  /** Share of the test split, in the epoch that the paper reports. */
  readonly top1: number | null;
  /** None where it is just not finished. */
  readonly deviations: readonly Deviation[];
}

export interface Reproduction extends TableRow {
  /** Share of the test split, over the seeds that have been run; null where none has. */
  readonly ours: Spread | null;
  /** The same of the teachers of these runs. */
  readonly teacher: Spread | null;
  readonly folders: readonly string[];
  readonly others: readonly OtherRun[];
}

/**
 * Recipes of a folder and those below it that say which row they reproduce, by table.
 *
 * @throws RecipeError with a sentence for each mistake of one
 * @example publishedTables('recipes').get('crd-same-style')
 */
export function publishedTables(folder: string): Map<string, TableRow[]> {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new RecipeError([`there is no folder ${folder} of recipes`]);
  const rows = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => path.join(folder, name))
    // What recipes extend is none that could be run.
    .filter((file) => Object.hasOwn(Object(readSource(file).value), 'published'))
    .flatMap((file): TableRow[] => {
      const { recipe } = readRecipe(file, { weightsAsWritten: true });
      return recipe.published ? [{ file, recipe, published: recipe.published }] : [];
    });
  const tables = Map.groupBy(rows, ({ published }) => published.table);
  return new Map([...tables].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Settings in which runs of one recipe may differ. */
const free = (path: string): boolean => path === 'seed' || path.startsWith('checkpoint.');

/** Whether these are the weights that the recipe names, wherever they lie. */
function isSameWeights(written: unknown, had: unknown): boolean {
  if (typeof written !== 'string' || typeof had !== 'string') return written === had;
  const [recipe, run] = [parseWeights(written), parseWeights(had)];
  const bare = (file: string): string => `/${file.replace(/\.(pth|safetensors)$/, '')}`;
  return recipe.name === run.name && bare(run.file).endsWith(bare(recipe.file));
}

const isWeights = (path: string): boolean => /^(student|teacher|teachers\..*)$/.test(path);

/** In what a run is not as its recipe says. */
function deviations(recipe: Recipe, { folder, settings }: RunSummary): Deviation[] {
  // An older version may not have had a setting, or said otherwise how it is called.
  let filled: Readonly<Record<string, unknown>> = settings;
  try {
    filled = recipeOf(settings, folder, { weightsAsWritten: true }).recipe;
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
  }
  const [wanted, had] = [settingsOf(recipe), settingsOf(filled)];
  return [...new Set([...wanted.keys(), ...had.keys()])]
    .filter((path) => {
      const [a, b] = [wanted.get(path), had.get(path)];
      if (free(path) || JSON.stringify(a) === JSON.stringify(b)) return false;
      return !(isWeights(path) && isSameWeights(a, b));
    })
    .map((path) => ({ path, recipe: wanted.get(path), run: had.get(path) }));
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  return known.length ? spread(known) : null;
}

/**
 * What runs say of a row: finished ones by the recipe's name, with its settings, and of each seed the last in the list.
 *
 * @example reproduction(row, findRuns('runs').map(readRun)).ours?.mean
 */
export function reproduction(row: TableRow, runs: readonly RunSummary[]): Reproduction {
  const { recipe, published } = row;
  const own = runs
    .filter(({ settings }) => settings.name === recipe.name)
    .map((run) => ({ run, differs: deviations(recipe, run) }));
  const isResult = ({ run, differs }: (typeof own)[number]): boolean =>
    run.status === 'finished' && differs.length === 0;
  const top1 = (run: RunSummary): number | null => (published.epoch === 'best' ? run.bestTop1 : run.lastTop1);
  const bySeed = new Map(own.filter(isResult).map(({ run }) => [run.settings.seed, run]));
  const results = [...bySeed.values()];
  return {
    ...row,
    ours: spreadOf(results.map(top1)),
    teacher: spreadOf(results.map(({ teacherTop1 }) => teacherTop1)),
    folders: results.map(({ folder }) => folder),
    others: own
      .filter((one) => !isResult(one))
      .map(({ run, differs }) => ({
        folder: run.folder,
        status: run.status,
        top1: top1(run),
        deviations: differs,
      })),
  };
}
