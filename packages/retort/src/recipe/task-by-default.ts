/** The task of a recipe that does not say it: by what its samples have. */
import { fieldOf, imagesOfDatasets, type Splits } from '../data/index.ts';
import type { Recipe } from './schema.ts';

/** A recipe that says its task. */
export type WithTask = Recipe & { readonly task: string };

/** By the kind of field that is learned; of several kinds the first here. */
const tasksOf = [
  ['class', 'classification'],
  ['scalar', 'regression'],
  ['classes', 'multi-label'],
  ['boxes', 'detection'],
] as const;

/** Tasks that are taken by what samples have. */
export const tasksByDefault: readonly string[] = tasksOf.map(([, task]) => task);

/** With it where a recipe that says it has it when it is written down. */
function withTask({ name, seed, task: _, ...rest }: Recipe, task: string): WithTask {
  return { name, seed, task, ...rest };
}

/** The same recipe, with its task where its data is known by its name to be of classes. */
export function taskByName(recipe: Recipe): Recipe {
  const isKnown = recipe.task === undefined && Object.hasOwn(imagesOfDatasets, recipe.data.name);
  return isKnown ? withTask(recipe, 'classification') : recipe;
}

/** The task of data, by its first split whose samples have something to learn; classification where none has, which learns from a teacher alone. @example taskOf(await fashionMnist()) // 'classification' */
export function taskOf({ train, validation, test }: Splits): string {
  for (const split of [train, validation, test])
    for (const [kind, task] of tasksOf) if (split && fieldOf(split.fields, kind)) return task;
  return 'classification';
}

/** The same recipe with its task, for data that was found. */
export const taskFor = (recipe: Recipe, data: Splits): WithTask =>
  withTask(recipe, recipe.task ?? taskOf(data));
