/** The tables of papers: recipes that say which row they reproduce, and what runs of them came to. */
import fs from 'node:fs';
import path from 'node:path';
import { headlineScore, type RunSummary, type Spread, spread } from '../runs/index.ts';
import { recipeFolders, recipePlace } from './collection.ts';
import { type Deviation, deviations } from './deviations.ts';
import { RecipeError } from './errors.ts';
import { readRecipe } from './resolve.ts';
import type { Published, Recipe } from './schema.ts';
import { withSeed } from './seeds.ts';
import { readSource } from './source.ts';

/** A recipe that reproduces a row. */
export interface TableRow {
  readonly file: string;
  readonly recipe: Recipe;
  readonly published: Published;
}

/** A run by a recipe's name that is not its result. */
export interface OtherRun {
  readonly folder: string;
  readonly status: RunSummary['status'];
  /** The score that the paper reports, on the test split, in the epoch that it reports. */
  readonly score: number | null;
  /** None where it is just not finished, or ran again. */
  readonly deviations: readonly Deviation[];
  /** The later run of the same seed that counts instead. */
  readonly supersededBy: string | null;
}

export interface Reproduction extends TableRow {
  /** The score that the paper reports, on the test split, over the seeds that have been run; null where none has. */
  readonly ours: Spread | null;
  /** The same of the teachers of these runs. */
  readonly teacher: Spread | null;
  readonly folders: readonly string[];
  readonly others: readonly OtherRun[];
}

/**
 * Recipes of a folder and those below it that say which row they reproduce, by table.
 *
 * @param folder  where it is not there or has none, `recipes` are those that come with the package
 * @throws RecipeError with a sentence for each mistake of one
 * @example publishedTables('recipes').get('crd-same-style')
 */
export function publishedTables(folder: string): Map<string, TableRow[]> {
  const roots = recipeFolders(folder);
  if (roots.length === 0)
    throw new RecipeError([`there is no folder ${folder}, in which recipes are looked for`]);
  const rowsIn = (root: string): TableRow[] =>
    fs
      .readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((name) => path.join(folder, name))
      // What recipes extend is none that could be run.
      .filter((file) => Object.hasOwn(Object(readSource(recipePlace(file)).value), 'published'))
      .flatMap((file): TableRow[] => {
        const { recipe } = readRecipe(file, { weightsAsWritten: true });
        return recipe.published ? [{ file, recipe, published: recipe.published }] : [];
      });
  const rows = roots.map(rowsIn).find((found) => found.length > 0) ?? [];
  const tables = Map.groupBy(rows, ({ published }) => published.table);
  return new Map([...tables].sort(([a], [b]) => (a < b ? -1 : 1)));
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
    .map((run) => ({
      run,
      differs: deviations(withSeed(recipe, run.settings.seed), run.settings, run.folder),
    }));
  const { epoch, metric } = published;
  const score = (run: RunSummary): number | null =>
    (metric === undefined ? headlineScore(run) : run.scores[metric])?.[epoch] ?? null;
  const ofTeacher = ({ headline, teacherScores }: RunSummary): number | null =>
    teacherScores?.[metric ?? headline?.metric ?? ''] ?? null;
  const isResult = ({ run, differs }: (typeof own)[number]): boolean =>
    run.status === 'finished' && score(run) !== null && differs.length === 0;
  const bySeed = new Map(own.filter(isResult).map(({ run }) => [run.settings.seed, run]));
  const results = [...bySeed.values()];
  return {
    ...row,
    ours: spreadOf(results.map(score)),
    teacher: spreadOf(results.map(ofTeacher)),
    folders: results.map(({ folder }) => folder),
    others: own
      .filter(({ run }) => !results.includes(run))
      .map(({ run, differs }) => ({
        folder: run.folder,
        status: run.status,
        score: score(run),
        deviations: differs,
        supersededBy: isResult({ run, differs }) ? (bySeed.get(run.settings.seed)?.folder ?? null) : null,
      })),
  };
}
