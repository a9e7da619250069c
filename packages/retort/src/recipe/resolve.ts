/** A recipe with nothing left open: what it extends, overrides and defaults put together, and everything checked that needs no data. */
import path from 'node:path';
import { methods } from '../methods/index.ts';
import { readText } from '../system/text-file.ts';
import { type Path, type Problem, problemsOf, type Value } from '../words/problems.ts';
import { unknown } from '../words/unknown.ts';
import { recipePlace } from './collection.ts';
import { commandOf, recipesAround } from './command.ts';
import { mostProblems, RecipeError } from './errors.ts';
import { locateFiles } from './locate.ts';
import { isTree, merge, override, writtenOut } from './merge.ts';
import type { Named } from './named.ts';
import { everyStage as everyStageSchema, type Recipe, renamed, recipe as schema } from './schema.ts';
import { shownByName } from './shown-by-default.ts';
import { maxBytes, type Override, parseOverride, readSource, type Source } from './source.ts';
import { taskByName } from './task-by-default.ts';

export interface ResolveOptions {
  /** `KEY=VALUE`, e.g. `stages.0.epochs=5`. */
  readonly overrides?: readonly string[] | undefined;
  /** Leaves files of weights as they are written, whether they are there or not. */
  readonly weightsAsWritten?: boolean | undefined;
  /** Leaves weights that are not there as they are written, and says in `missing` which these are. */
  readonly weightsMayCome?: boolean | undefined;
}

export interface Resolved {
  readonly recipe: Recipe;
  /** A sentence for each file of weights that is not there, where these may come later. */
  readonly missing: readonly string[];
  /** A sentence for each override that leaves out something it does not speak of. */
  readonly remarks: readonly string[];
  /** Where a value was written, e.g. `kd.yaml:12: stages.0.epochs`. */
  where(at: Path): string;
}

/** The sources of a recipe, the first of which counts most. */
class Sources {
  readonly #overrides: readonly Override[];
  readonly #files: readonly Source[];

  constructor(overrides: readonly Override[], files: readonly Source[]) {
    this.#overrides = overrides;
    this.#files = files;
  }

  /** Where files have a value; null where none does. */
  #written(at: Path): { readonly place: string; readonly folder: string } | null {
    const [first, , ...rest] = at;
    for (const file of this.#files) {
      const place = file.where(at);
      if (place) return { place, folder: file.folder };
      // Lists are taken as a whole: what lies under this one is not in it.
      if (first === 'stages' && file.where(['stages'])) break;
    }
    if (first !== 'stages' || rest.length === 0) return null;
    for (const file of this.#files) {
      const place = file.where(['everyStage', ...rest]);
      if (place) return { place, folder: file.folder };
    }
    return null;
  }

  /** The place of a value, or of what it would be in. */
  find(at: Path): { readonly place: string; readonly folder: string } {
    const key = at.join('.');
    const set = this.#overrides.findLast((one) => `${key}.`.startsWith(`${one.at.join('.')}.`));
    if (set) return { place: `'${set.text}'`, folder: '' };
    const written = this.#written(at);
    if (written) return written;
    // What no file has, an override of something in it made.
    const inner = this.#overrides.findLast((one) => key !== '' && one.at.join('.').startsWith(`${key}.`));
    if (inner) return { place: `'${inner.text}'`, folder: '' };
    const within = at.slice(0, -1);
    // What is missing in what only an override speaks of, is missing in the override.
    const made = this.#overrides.findLast((one) => one.at.join('.').startsWith(`${within.join('.')}.`));
    if (made && !this.#written(within)) return { place: `'${made.text}'`, folder: '' };
    if (at.length > 0) return this.find(within);
    return { place: this.#files[0]?.where([]) ?? 'the recipe', folder: this.#files[0]?.folder ?? '' };
  }
}

/** A file and what it extends. */
function filesOf(first: Source): Source[] {
  const { value } = first;
  const base = isTree(value) ? value.extends : undefined;
  if (base === undefined) return [first];
  const place = first.where(['extends']) ?? 'the recipe';
  if (typeof base !== 'string')
    throw new RecipeError([`${place}: extends: must be the file of another recipe`]);
  let second: Source;
  try {
    second = readSource(recipePlace(base, first.folder));
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    throw new RecipeError(error.problems.map((problem) => `${place}: extends: ${problem}`));
  }
  if (isTree(second.value) && second.value.extends !== undefined)
    throw new RecipeError([
      `${place}: extends: ${base} extends another recipe itself: recipes extend one another once, so that one look at two files is enough`,
    ]);
  return [first, second];
}

/** Each stage with what every stage has. */
function withEveryStage(tree: Record<string, Value>): Record<string, Value> {
  const { extends: _, everyStage, ...rest } = tree;
  const { stages } = rest;
  if (!Array.isArray(stages) || !isTree(everyStage)) return rest;
  const { epochs: __, steps: ___, ...withoutLength } = everyStage;
  return {
    ...rest,
    stages: stages.map((stage) => {
      const hasLength = isTree(stage) && (stage.epochs !== undefined || stage.steps !== undefined);
      return merge(hasLength ? withoutLength : everyStage, stage);
    }),
  };
}

/** The names in a recipe, against one another. */
function crossCheck(recipe: Recipe): Problem[] {
  const problems: Problem[] = [];
  const teachers = recipe.teachers ?? (recipe.teacher === undefined ? {} : { teacher: recipe.teacher });
  for (const [i, stage] of recipe.stages.entries()) {
    if (i === 0 && stage.start === 'best')
      problems.push({
        at: ['stages', 0, 'start'],
        sentence: 'the first stage has nothing before it that could be best',
      });
    for (const [j, { name, from }] of stage.methods.entries()) {
      const at = ['stages', i, 'methods', j];
      if (typeof from === 'string' && !Object.hasOwn(teachers, from))
        problems.push({
          at: [...at, 'from'],
          sentence: unknown('teacher', from, Object.keys(teachers)),
        });
      const asks = methods[name]?.create(optionsOf(stage.methods[j])).needsTeacher;
      if (asks && Object.keys(teachers).length === 0)
        problems.push({
          at,
          sentence: `${name} needs a teacher: give the recipe one, as \`teacher: resnet20:resnet20.pth\``,
        });
    }
  }
  return problems;
}

/** Images that are mixed or repeated where that cannot be, and a loss that nothing looks at. */
function crossCheckShown(recipe: Recipe): Problem[] {
  const { cache, data, loss, stages } = recipe;
  const problems: Problem[] = [];
  const { mixing, repeats = 1 } = data;
  if (cache && mixing)
    problems.push({
      at: ['data', 'mixing'],
      sentence:
        'a mixed image is of two that chance brings together, and does not come again, so that a cache cannot keep what the teacher says of it: leave out `cache`, or `mixing`',
    });
  if (cache && repeats > 1)
    problems.push({
      at: ['data', 'repeats'],
      sentence:
        'shows an image changed by another draw each time, and with a cache an epoch has one view of each: leave out `cache`, or `repeats`',
    });
  if (!loss) return problems;
  if (recipe.task !== undefined && recipe.task !== 'classification')
    problems.push({
      at: ['loss'],
      sentence: `is that of the task classification, and the task is ${recipe.task}: leave it out`,
    });
  const all = stages.flatMap(({ methods }, i) =>
    methods.map((method, j) => ({ method, at: ['stages', i, 'methods', j] })),
  );
  const beside = all.filter(({ method: { name } }) => name === 'cross-entropy');
  for (const { at } of beside)
    problems.push({
      at,
      sentence:
        'cross-entropy learns the labels by itself, and does not look at `loss`: take supervised, which is that loss, or leave `loss` out',
    });
  const takes = all.some(({ method }) => methods[method.name]?.create(optionsOf(method)).needs?.loss);
  if (!takes && beside.length === 0)
    problems.push({
      at: ['loss'],
      sentence:
        'no method takes it as a term: give one a weight of the labels (gamma) above 0, or leave it out',
    });
  return problems;
}

/** Names before their options, for whoever reads it, and what methods fill in by their other options. */
function completed(recipe: Recipe): Recipe {
  const first = ({ name, ...options }: Named): Named => ({ name, ...options });
  const filled = (method: Named): Named => {
    const { name, ...said } = method;
    const fill = methods[name]?.fill;
    // All of them in the order of the schema, whoever said which.
    return { name, ...fill?.({ ...optionsOf(method) }), ...said };
  };
  return {
    ...recipe,
    data: { ...recipe.data, ...(recipe.data.train && { train: recipe.data.train.map(first) }) },
    stages: recipe.stages.map((stage) => ({
      ...stage,
      methods: stage.methods.map(filled),
      optimizer: first(stage.optimizer),
      schedule: first(stage.schedule),
    })),
  };
}

/** A method's own options. */
export function optionsOf(method: Recipe['stages'][number]['methods'][number] | undefined): object {
  const { name: _, from: __, headsApart: ___, ...options } = method ?? { name: '' };
  return options;
}

/** What a network has in a recipe and loses by an override that only names another. */
function leavesOut(recipe: Value, { at, value, text }: Override): string[] {
  const [first = ''] = at;
  const isNetwork =
    at.length === (first === 'teachers' ? 2 : 1) && /^(student|teachers?)$/.test(String(first));
  const before = at.reduce<Value>(
    (node, key) => (isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined),
    recipe,
  );
  if (!isNetwork || typeof value !== 'string' || !isTree(before)) return [];
  const path = at.join('.');
  const lost = Object.keys(before)
    .filter((key) => !['name', 'weights', 'key'].includes(key))
    .map((key) => `${path}.${key}`);
  if (lost.length === 0) return [];
  return [
    `'${text}': ${lost.join(', ')} of the recipe ${lost.length > 1 ? 'are' : 'is'} left out with what it named; ${path}.name=NAME keeps the rest`,
  ];
}

/**
 * Resolves what was read.
 *
 * @throws RecipeError with a sentence for each mistake
 */
export function resolve(source: Source, options: ResolveOptions = {}): Resolved {
  const files = filesOf(source);
  const overrides = (options.overrides ?? []).map(parseOverride);
  for (const { at, text } of overrides)
    if (at[0] === 'extends')
      throw new RecipeError([`'${text}': what a recipe extends is written in its file`]);
  const trees = files.map(({ value }) => writtenOut(value as Record<string, Value>));
  const together = trees.reduceRight<Value>((under, over) => merge(under, over), {});
  const overridden = overrides.reduce(override, together);
  const tree = withEveryStage(writtenOut(overridden as Record<string, Value>));
  const sources = new Sources(overrides, files);
  const where = (at: Path): string => {
    const { place } = sources.find(at);
    return at.length ? `${place}: ${at.join('.')}` : place;
  };
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length)
      throw new RecipeError(
        // Looking up where takes a while, and the others are only counted.
        problems.map(({ at, sentence }, i) => (i < mostProblems ? `${where(at)}: ${sentence}` : '')),
      );
  };
  const { everyStage } = overridden as Record<string, Value>;
  const each = everyStageSchema.safeParse(everyStage);
  if (!each.success)
    refuse(
      problemsOf(each.error.issues, everyStageSchema, everyStage).map(({ at, sentence }) => ({
        at: ['everyStage', ...at],
        sentence,
      })),
    );
  const parsed = schema.safeParse(tree);
  if (!parsed.success) refuse(problemsOf(parsed.error.issues, schema, tree, renamed));
  const checked = schema.parse(tree);
  const located = options.weightsAsWritten
    ? { recipe: checked, problems: [] }
    : locateFiles(checked, { folderOf: (at) => sources.find(at).folder, commandThatMakes });
  const { weightsMayCome } = options;
  refuse([...crossCheck(checked), ...crossCheckShown(checked), ...(weightsMayCome ? [] : located.problems)]);
  const missing = weightsMayCome ? located.problems : [];
  return {
    recipe: completed(shownByName(taskByName(located.recipe))),
    where,
    remarks: overrides.flatMap((one) => leavesOut(together, one)),
    missing: missing.map(({ at, sentence }) => `${where(at)}: ${sentence}`),
  };
}

/**
 * Reads a recipe, with what it extends and what overrides change.
 *
 * @param file  where nothing is there, `recipes/…` are those that come with the package
 * @throws RecipeError with a sentence for each mistake: file, line, key, what is wrong, what would be right
 * @example const { recipe } = readRecipe('kd.yaml', { overrides: ['stages.0.epochs=5'] });
 */
export function readRecipe(file: string, options: ResolveOptions = {}): Resolved {
  const source = readSource(recipePlace(file));
  const name = path.basename(file).replace(/\.ya?ml$/, '');
  const value = { name, ...(source.value as object) };
  return resolve({ ...source, value }, options);
}

/** A recipe that was not written in a file but, as `by` says, e.g. by flags of a command line. @throws RecipeError */
export function recipeOf(value: object, by: string, options: ResolveOptions = {}): Resolved {
  return resolve({ value, folder: '', where: () => by }, options);
}

/** The command of a recipe of the same collection that leaves the run of this name; null where there is none. */
function commandThatMakes(run: string, out: string, folder: string): string | null {
  for (const file of recipesAround(folder)) {
    const read = readText(file, maxBytes);
    if (!('text' in read) || !(read.text.includes(run) || path.basename(file).startsWith(`${run}.`)))
      continue;
    try {
      const { recipe } = readRecipe(file, { weightsAsWritten: true });
      if (recipe.name === run) return commandOf(file, recipe, out);
    } catch (error) {
      // What recipes extend is none itself.
      if (!(error instanceof RecipeError)) throw error;
    }
  }
  return null;
}
