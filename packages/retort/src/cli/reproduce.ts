/** `retort reproduce`. */
import fs from 'node:fs';
import path from 'node:path';
import { commandOf as commandOfRecipe } from '../recipe/command.ts';
import { inWords, shownNetwork } from '../recipe/index.ts';
import { publishedTables, type Reproduction, reproduction, type TableRow } from '../recipe/tables.ts';
import { RunError, type RunSummary, readRun, type Spread, spread } from '../runs/index.ts';
import { unknown } from '../words/unknown.ts';
import { UsageError } from './load.ts';
import { say, tell } from './output.ts';
import { runsBelow } from './run-folders.ts';
import { counted, duration, percent, table } from './table.ts';

export interface ReproduceFlags {
  readonly recipes: string;
  /** `runs` where it is left out, which need not be there then. */
  readonly runs?: string;
  readonly json?: boolean;
}

/** How many seeds lie in the folder of a row. */
function seedsIn(folder: string): number {
  if (!fs.existsSync(folder)) return 0;
  return fs.readdirSync(folder).filter((name) => /^seed-\d+$/.test(name)).length;
}

/** A network of a row whose weights are of the run of another. */
interface Begun {
  readonly key: string;
  readonly place: string;
  /** What says in a command that they lie there. */
  readonly override: string;
}

/** Weights of other rows, where the runs of these are. */
function begunWith({ recipe: { teacher, student } }: TableRow, runs: string): Begun[] {
  return Object.entries({ teacher, student }).flatMap(([key, network]) => {
    const [, model, rest] = /^((?:[^:]+:)?)runs\/(.+)$/.exec(network ? shownNetwork(network) : '') ?? [];
    if (!rest) return [];
    const place = path.join(runs, rest);
    // Of one in keys the others stay.
    const override = typeof network === 'object' ? `${key}.weights=${place}` : `${key}=${model}${place}`;
    return [{ key, place, override }];
  });
}

/** What runs a row, with its seeds where it was run with some. Weights of other rows are taken from where these are. */
function commandOf(row: TableRow, runs: string): string {
  const { file, recipe } = row;
  const isUsual = path.normalize(runs) === 'runs';
  const moved = isUsual ? [] : begunWith(row, runs).map(({ override }) => override);
  const out = path.join(runs, recipe.name);
  const seeds = seedsIn(out);
  return `${commandOfRecipe(file, recipe, out, moved)}${seeds ? ` --seeds ${seeds}` : ''}`;
}

function shown(share: Spread | null): string {
  if (!share) return '';
  const { mean, deviation, values } = share;
  return values.length > 1 ? `${percent(mean)} ± ${percent(deviation)} (${values.length})` : percent(mean);
}

/** What must be trained before the rows can be; null where all is there. */
function missing(rows: readonly TableRow[], runs: string): string | null {
  const places = rows.flatMap((row) => begunWith(row, runs)).map(({ place }) => place);
  const absent = [...new Set(places)].filter((place) => !fs.existsSync(place));
  if (absent.length === 0) return null;
  const names = absent.map((place) => path.basename(path.dirname(place))).sort();
  return `Commands above begin with, or learn from, what is not in ${runs} yet: ${names.join(', ')}. A recipe of that name trains it.`;
}

/** Why a run is no result of its row. */
function notes({ others }: Reproduction): string[] {
  return others.map(({ folder, status, score, deviations, supersededBy }) => {
    const state = status === 'finished' ? [] : [`it is ${status}`];
    const again = supersededBy === null ? [] : [`${supersededBy} is of the same seed, and later`];
    const without = status === 'finished' && score === null ? ['it has no result'] : [];
    const came = score === null ? '' : `; it came to ${percent(score)}`;
    return `${folder} is not counted: ${[...state, ...without, ...again, ...deviations.map(inWords)].join(', ')}${came}`;
  });
}

/** Passes over the data of all stages, or their steps; null where some count otherwise. */
function lengthOf({ recipe }: TableRow, unit: 'epochs' | 'steps'): number | null {
  const lengths = recipe.stages.map((stage) => stage[unit]);
  return lengths.every((n) => n !== undefined) ? lengths.reduce((sum, n) => sum + n, 0) : null;
}

/** The least and the most of rows that count so; nothing where none does. */
function lengths(rows: readonly TableRow[], unit: 'epochs' | 'steps'): string[] {
  const found = rows.flatMap((row) => lengthOf(row, unit) ?? []);
  if (found.length === 0) return [];
  const [least, most] = [Math.min(...found), Math.max(...found)];
  return [
    `${least === most ? '' : `${least.toLocaleString('en')} to `}${counted(most, unit === 'epochs' ? 'epoch' : 'step')}`,
  ];
}

/** What the table is of, that nothing is trained for it, and what the commands in it will do. */
function introduction(rows: readonly Reproduction[], runs: readonly RunSummary[], folder: string): string {
  const done = rows.filter(({ ours }) => ours !== null);
  const results = new Set(done.flatMap(({ folders }) => folders));
  const seconds = runs.flatMap((run) => (results.has(run.folder) ? [run.seconds] : []));
  const length = [...lengths(rows, 'epochs'), ...lengths(rows, 'steps')].join(' or ') || 'some stages';
  const took = seconds.length
    ? `those that are there took ${duration(spread(seconds).mean)} each`
    : 'after its first epoch a run says how long one takes';
  return `${counted(rows.length, 'row')}, of which ${done.length} have finished runs in the folder ${folder}. Nothing is trained here: the command of a row trains it
into the folder behind --out, in ${length}; ${took}.`;
}

function print(rows: readonly Reproduction[], runs: string): void {
  const footnotes: string[] = [];
  const cells = rows.map((row) => {
    const marks = notes(row).map((note) => `[${footnotes.push(note)}]`);
    const { published, ours, teacher } = row;
    return [
      published.row,
      published.column,
      published.score?.toFixed(2) ?? '',
      [shown(ours), ...marks].filter(Boolean).join(' '),
      teacher ? percent(teacher.mean) : '',
      commandOf(row, runs),
    ];
  });
  say(table(['row', 'column', 'paper', 'ours', 'teacher', 'command'], cells));
  for (const [i, note] of footnotes.entries()) say(`${i ? '' : '\n'}[${i + 1}] ${note}`);
  const before = missing(rows, runs);
  if (before !== null) say(`\n${before}`);
  const sources = Map.groupBy(rows, ({ published }) => published.source);
  say('');
  for (const [source, from] of sources) {
    const names = [...new Set(from.map(({ published }) => published.row))];
    say(sources.size === 1 ? `paper: ${source}` : `paper, ${names.join(', ')}: ${source}`);
  }
  const best = new Set(
    rows.filter(({ published }) => published.epoch === 'best').map(({ published }) => published.row),
  );
  if (best.size)
    say(`ours, ${[...best].join(', ')}: of the best epoch on the test split, as the paper reports it`);
}

/** Different names in one cell. */
function among(names: readonly string[]): string {
  const [...all] = new Set(names);
  return all.length > 3 ? `${all[0]} and ${all.length - 1} others` : all.join(', ');
}

/** Whose numbers a table has: papers by authors and year, without how they came to be known, or else whatever is said. */
function papers(rows: readonly Reproduction[]): string {
  const sources = rows.map(({ published }) => published.source.split(/[,;]/, 1)[0] ?? '');
  const dated = sources.filter((source) => /\d{4}$/.test(source));
  return among(dated.length > 0 ? dated : sources);
}

function printTables(tables: ReadonlyMap<string, readonly Reproduction[]>): void {
  const cells = [...tables].map(([name, rows]) => [
    name,
    among(rows.map(({ recipe }) => path.basename(recipe.data.name))),
    papers(rows),
    String(rows.length),
    String(rows.filter(({ published }) => published.score !== undefined).length),
    String(rows.filter(({ ours }) => ours !== null).length),
  ]);
  say(table(['table', 'data', 'by', 'rows', 'with a number', 'run'], cells));
}

/** A row as JSON has it. */
function record(row: Reproduction, runs: string): object {
  const { file, recipe, published, ours, teacher, folders, others } = row;
  return {
    ...published,
    score: undefined,
    // A share, as all numbers of runs are.
    paper: published.score === undefined ? null : published.score / 100,
    recipe: recipe.name,
    file,
    command: commandOf(row, runs),
    ours,
    teacher,
    runs: folders,
    others,
  };
}

/** The newest last. */
function readRuns(folder: string): RunSummary[] {
  const runs = runsBelow(folder).flatMap((run) => {
    try {
      const read = readRun(run);
      for (const note of read.notes) tell(note);
      return read;
    } catch (error) {
      // Another run's damage is told, and in nobody's way.
      if (!(error instanceof RunError)) throw error;
      tell(error.message);
      return [];
    }
  });
  return runs.sort((a, b) => a.started.localeCompare(b.started));
}

export function reproduceCommand(name: string | undefined, flags: ReproduceFlags): void {
  const { recipes, runs: folder = 'runs', json } = flags;
  const tables = publishedTables(recipes);
  if (name !== undefined && !tables.has(name))
    throw new UsageError(unknown('table', name, [...tables.keys()]));
  const isThere = flags.runs !== undefined || fs.existsSync(folder);
  const runs = isThere ? readRuns(folder) : [];
  const wanted = [...tables].filter(([table]) => name === undefined || table === name);
  const found = new Map(wanted.map(([table, rows]) => [table, rows.map((row) => reproduction(row, runs))]));
  if (json) {
    const records = [...found.values()].flat().map((row) => record(row, folder));
    say(JSON.stringify(records));
  } else if (name === undefined) {
    tell(
      `Tables of papers, and of docs/results.md, which are Retort's own, by the recipes in the folder ${recipes}, and how many rows have finished runs in ${folder}. Nothing is trained here:\nretort reproduce TABLE shows the rows of one, and the command that trains each.`,
    );
    printTables(found);
  } else {
    const rows = [...found.values()].flat();
    tell(introduction(rows, runs, folder));
    print(rows, folder);
  }
}
