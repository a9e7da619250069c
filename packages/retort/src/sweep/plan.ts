/** All runs of a table, each resolved and checked before the first one starts. */
import fs from 'node:fs';
import path from 'node:path';
import { otherRun, type Recipe, RecipeError, type Resolved, readRecipe, withSeed } from '../recipe/index.ts';
import { edited, RunError, readRecord } from '../runs/index.ts';
import { settingsSpelled } from '../runs/read/networks.ts';
import { verbOf } from '../runs/read/repeat.ts';
import { shellWord } from '../words/shell-word.ts';
import { cut } from '../words/shown.ts';
import { type Cell, type Placed, readCells } from './cells.ts';

/** A run of a table. */
export interface PlannedRun {
  /** Of its cell. */
  readonly cell: string;
  readonly seed: number;
  /** What it is called among the others: `CELL/seed-N`. */
  readonly name: string;
  /** As it is seen from here. */
  readonly folder: string;
  readonly recipe: Recipe;
  /** The arguments of `retort` that run it, resume it, or find it finished. */
  readonly args: readonly string[];
}

/** A table whose runs can all be run. */
export interface Plan {
  /** Of the table. */
  readonly name: string;
  /** The folder of all runs. */
  readonly out: string;
  readonly runs: readonly PlannedRun[];
  /** A sentence for each file of weights that is not there, where these may come later. */
  readonly missing: readonly string[];
  /** A sentence for each override that leaves out something it does not speak of. */
  readonly remarks: readonly string[];
}

export interface PlanOptions {
  /** The folder of all runs; `runs/` and the table's name where it is left out. */
  readonly out?: string | undefined;
  /** Weights and data that are not here are said in `missing`. */
  readonly weightsMayCome?: boolean | undefined;
}

/** The command of a run, to be pasted into a shell. */
export const commandOf = ({ args }: Pick<PlannedRun, 'args'>): string =>
  ['npx retort', ...args.map(shellWord)].join(' ');

/** Where the table says what a sentence about a recipe is of: the override in it, or the recipe. */
function placed(sentence: string, { recipe, overrides }: Cell): string {
  const of = overrides.findLast(({ text }) => sentence.startsWith(`'${cut(text)}'`));
  return `${(of ?? recipe).place}: ${sentence}`;
}

/** A cell's recipe. @throws RecipeError with the line of the table before each sentence */
function resolved(cell: Cell, { weightsMayCome }: PlanOptions): Resolved {
  const texts = (overrides: readonly Placed[]): string[] => overrides.map(({ text }) => text);
  try {
    return readRecipe(cell.recipe.text, { overrides: texts(cell.overrides), weightsMayCome });
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    throw new RecipeError(
      error.problems.map((problem) => placed(problem, cell)),
      { cause: error },
    );
  }
}

/** What makes the recipe of a cell one with another seed: stages that set the recipe's again are moved with it, as `--seeds` does. */
const seedOverrides = ({ seed, stages }: Recipe, wanted: number): string[] => [
  `seed=${wanted}`,
  ...stages.flatMap((stage, i) =>
    stage.seed === seed && wanted !== seed ? [`stages.${i}.seed=${wanted}`] : [],
  ),
];

/** The runs of a cell, a seed each. */
function runsOf(cell: Cell, recipe: Recipe, out: string): PlannedRun[] {
  const name = cell.nameWith(recipe.name);
  const { seeds } = cell;
  const all = typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => recipe.seed + i) : seeds;
  const folder = path.join(out, name);
  return all.map((seed) => ({
    cell: name,
    seed,
    name: `${name}/seed-${seed}`,
    folder: path.join(folder, `seed-${seed}`),
    recipe: withSeed(recipe, seed),
    args: [
      verbOf(recipe),
      cell.recipe.text,
      ...cell.overrides.map(({ text }) => text),
      ...seedOverrides(recipe, seed),
      // With its seeds a command skips what is finished, and resumes what is not.
      '--seeds',
      '1',
      '--out',
      folder,
    ],
  }));
}

/** A run with the place of its cell in the table. */
interface Said {
  readonly place: string;
  readonly run: PlannedRun;
}

/** What a run is, whatever it is called. */
const contentOf = ({ recipe }: PlannedRun): string =>
  JSON.stringify(
    [...settingsSpelled(recipe)].filter(([key]) => key !== 'name').sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Sentences for runs that are the same as one before them, or would lie in its folder. */
function doubles(all: readonly Said[]): string[] {
  const contents = new Map<string, Said>();
  const folders = new Map<string, Said>();
  return all.flatMap((said) => {
    const { place, run } = said;
    const content = contentOf(run);
    // On some disks names that differ in capitals are the same.
    const folder = run.folder.toLowerCase();
    const [same, there] = [contents.get(content), folders.get(folder)];
    contents.set(content, same ?? said);
    folders.set(folder, there ?? said);
    const shown = (other: Said): string => (other.place === place ? '' : ` (${other.place})`);
    if (same)
      return [`${place}: ${run.name} would be the same run as ${same.run.name}${shown(same)}: leave one out`];
    if (there)
      return [
        `${place}: ${run.name} would lie in the folder of another run${shown(there)}: give a cell a \`name\`, or the values of the grid, as { small: resnet8, large: resnet20 }`,
      ];
    return [];
  });
}

/** What is wrong with what lies in the folder of a run; null where it is this run, or nothing. */
function wrongIn({ folder, recipe }: PlannedRun): string | null {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return null;
  try {
    const record = readRecord(folder);
    return edited(folder, record) ?? otherRun(recipe, folder, record);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return error.message;
  }
}

/** What lies in the folders of a plan and is none of its runs, a sentence each. @example othersIn(plan) // ['runs/kd/a/seed-0 holds a run of other settings: …'] */
export const othersIn = ({ runs }: Pick<Plan, 'runs'>): string[] => runs.flatMap((run) => wrongIn(run) ?? []);

/** Each of its sentences once: those of a recipe come with every cell that has it. */
function refuse(problems: readonly string[]): void {
  if (problems.length) throw new RecipeError([...new Set(problems)]);
}

/**
 * Reads a table and resolves every run of it.
 *
 * @throws RecipeError with a sentence for each mistake in the table or in what a recipe comes to with it; and for runs that are the same, or in one folder
 * @example const { runs } = planOf('sweep.yaml', { out: 'runs/sweep' });
 */
export function planOf(file: string, options: PlanOptions = {}): Plan {
  const { name, cells } = readCells(file);
  const { out = path.join('runs', name) } = options;
  const problems: string[] = [];
  const read = cells.flatMap((cell) => {
    try {
      return [{ cell, resolved: resolved(cell, options) }];
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  refuse(problems);
  const said = read.flatMap(({ cell, resolved: { recipe } }) =>
    runsOf(cell, recipe, out).map((run): Said => ({ place: cell.place, run })),
  );
  refuse(doubles(said));
  const runs = said.map(({ run }) => run);
  const each = (sentences: 'missing' | 'remarks'): string[] => [
    ...new Set(read.flatMap(({ cell, resolved }) => resolved[sentences].map((one) => placed(one, cell)))),
  ];
  return { name, out, runs, missing: each('missing'), remarks: each('remarks') };
}
