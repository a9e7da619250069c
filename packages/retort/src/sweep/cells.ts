/** A table read, and its cells: a recipe with what is otherwise in it, each with its seeds. */
import path from 'node:path';
import { parse } from 'yaml';
import { recipePlace } from '../recipe/collection.ts';
import { RecipeError } from '../recipe/index.ts';
import { readSource, type Source } from '../recipe/source.ts';
import { type Path, problemsOf } from '../words/problems.ts';
import { shownFile } from '../words/shown.ts';
import { folderPart, shortKeys } from './names.ts';
import { type Table, tableSchema } from './schema.ts';

/** An override, and where the table has it. */
export interface Placed {
  readonly text: string;
  /** E.g. `kd.yaml:7: grid.batchSize.1`. */
  readonly place: string;
}

/** A recipe with what is otherwise in it. */
export interface Cell {
  /** Where the table says it. */
  readonly place: string;
  /** The recipe's file as it is seen from here, and where the table has it. */
  readonly recipe: Placed;
  readonly overrides: readonly Placed[];
  /** How many from the recipe's on, or which. */
  readonly seeds: number | readonly number[];
  /** What its folder is called, given the name of its recipe. */
  nameWith(recipe: string): string;
}

/** What a table holds. */
export interface Cells {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** More than anybody waits for, and than a mistake in a grid should bring. */
const mostCells = 10_000;

const written = { what: 'the table of a sweep', example: 'recipes: kd.yaml' };

/** A value as an override has it. @example valueText(0.1) // '0.1' */
function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    if (parse(value, { logLevel: 'silent' }) === value) return value;
  } catch {
    // It is no YAML without quotes.
  }
  return JSON.stringify(value);
}

/** A key with one of its values. */
interface Choice extends Placed {
  /** As names of folders have it. */
  readonly part: string;
}

/** The keys of a grid, each with its choices. */
function axesOf({ grid = {} }: Table, where: (at: Path) => string): Choice[][] {
  const short = shortKeys(Object.keys(grid));
  return Object.entries(grid).map(([key, values]) =>
    Object.entries(values).map(([name, value]) => {
      const isNamed = !Array.isArray(values);
      const text = valueText(value);
      return {
        text: `${key}=${text}`,
        place: where(['grid', key, isNamed ? name : Number(name)]),
        part: isNamed ? name : `${short.get(key)}=${folderPart(text)}`,
      };
    }),
  );
}

/** Each choice of one with each of the others, the last changing fastest. */
const combinations = (axes: readonly (readonly Choice[])[]): Choice[][] =>
  axes.reduce<Choice[][]>((all, axis) => all.flatMap((some) => axis.map((one) => [...some, one])), [[]]);

/** The names of a cell's own overrides. */
function partsOf(overrides: readonly string[]): string[] {
  const pairs = overrides.map((text): [string, string] => {
    const [key = '', ...value] = text.split('=');
    return [key, value.join('=')];
  });
  const short = shortKeys(pairs.map(([key]) => key));
  return pairs.map(([key, value]) => `${short.get(key)}=${folderPart(value)}`);
}

/** @throws RecipeError for a seed that is said elsewhere than in `seeds` */
function refuseSeeds(overrides: readonly Placed[]): void {
  const wrong = overrides.filter(({ text }) => /^seed\s*=/.test(text));
  if (wrong.length)
    throw new RecipeError(
      wrong.map(({ place }) => `${place}: the seeds of a sweep are said by \`seeds\`, e.g. seeds: [0, 1, 2]`),
    );
}

/** @throws RecipeError with a sentence for each mistake */
function checked({ value, where }: Source): Table {
  const parsed = tableSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RecipeError(
    problemsOf(parsed.error.issues, tableSchema, value).map(
      ({ at, sentence }) => `${placeOf(where, at)}: ${sentence}`,
    ),
  );
}

/** The line of a value, or of what it would be in, with its path. */
function placeOf(where: Source['where'], at: Path): string {
  const known = at.map((_, i) => at.slice(0, at.length - i)).concat([[]]);
  const line = known.map(where).find((place) => place !== null) ?? 'the table';
  return at.length ? `${line}: ${at.join('.')}` : line;
}

/**
 * Reads the table of a sweep.
 *
 * @throws RecipeError with a sentence for each mistake: file, line, key, what is wrong, what would be right
 * @example const { cells } = readCells('sweep.yaml');
 */
export function readCells(file: string): Cells {
  const source = readSource(file, written);
  const table = checked(source);
  const where = (at: Path): string => placeOf(source.where, at);
  const named = path.basename(file).replace(/\.ya?ml$/, '');
  const ofAll = (table.overrides ?? []).map((text, i) => ({ text, place: where(['overrides', i]) }));
  const axes = axesOf(table, where);
  const recipeAt = (name: string, at: Path): Placed => ({
    text: shownFile(recipePlace(name, source.folder)),
    place: where(at),
  });
  const { recipes } = table;
  const shared =
    typeof recipes === 'string'
      ? [recipeAt(recipes, ['recipes'])]
      : (recipes ?? []).map((name, i) => recipeAt(name, ['recipes', i]));
  const listed = (table.cells ?? [{}]) as NonNullable<Table['cells']>;
  const number =
    listed.length * Math.max(1, shared.length) * axes.reduce((all, { length }) => all * length, 1);
  if (number > mostCells)
    throw new RecipeError([
      `${where(['grid'])}: these would be ${number.toLocaleString('en')} cells, and a sweep has at most ${mostCells.toLocaleString('en')}`,
    ]);
  const points = combinations(axes);
  refuseSeeds(axes.flat());
  refuseSeeds(ofAll);
  const cells = listed.flatMap((cell, i) => {
    const at = table.cells ? ['cells', i] : [];
    const own = (cell.overrides ?? []).map((text, j) => ({ text, place: where([...at, 'overrides', j]) }));
    refuseSeeds(own);
    const of = cell.recipe === undefined ? shared : [recipeAt(cell.recipe, [...at, 'recipe'])];
    if (of.length === 0)
      throw new RecipeError([
        `${where(at)}: there is no recipe: say which, as ${table.cells ? '`recipe: kd.yaml` of the cell, or ' : ''}\`recipes: kd.yaml\` of the table`,
      ]);
    return of.flatMap((recipe) =>
      points.map(
        (point): Cell => ({
          place: table.cells ? where(at) : point.length ? where(['grid']) : recipe.place,
          recipe,
          overrides: [...ofAll, ...own, ...point],
          seeds: cell.seeds ?? table.seeds ?? 1,
          nameWith: (name) => {
            const first =
              cell.name !== undefined && cell.recipe !== undefined
                ? [cell.name]
                : [
                    folderPart(name),
                    ...(cell.name === undefined ? partsOf(cell.overrides ?? []) : [cell.name]),
                  ];
            return [...first, ...point.map(({ part }) => part)].join('-');
          },
        }),
      ),
    );
  });
  return { name: table.name ?? (folderPart(named) || 'sweep'), cells };
}
