/** Runs beside one another: where their settings, results and machines differ. Runs of one recipe with other seeds are one column. */

import { createHash } from 'node:crypto';
import { inputTitle, shortSum } from './inputs.ts';
import { settingsSpelled } from './networks.ts';
import { headlineScore, type RunSummary, teacherScore } from './read-run.ts';
import { flatten } from './settings.ts';
import { type Spread, spread } from './spread.ts';

/** Runs that differ in their seeds alone. */
export interface Group {
  readonly name: string;
  readonly runs: readonly RunSummary[];
}

const isSeedOf = (parent: string, folder: string): boolean =>
  folder.startsWith(`${parent}/`) && /^seed-\d+$/.test(folder.slice(parent.length + 1));

/**
 * The folder of several runs that lie in it as `--seeds` has them; otherwise the first: `runs` says nothing of two runs in it.
 *
 * @example groupName(['runs/kd/seed-0', 'runs/kd/seed-1']) // 'runs/kd'
 */
export function groupName(folders: readonly string[]): string {
  const [first, ...others] = folders.map((folder) => folder.replace(/\/+$/, ''));
  if (first === undefined || others.length === 0) return first ?? '';
  const parent = first.slice(0, Math.max(0, first.lastIndexOf('/')));
  const isTheirs = parent && [first, ...others].every((folder) => isSeedOf(parent, folder));
  return isTheirs ? parent : `${first} and ${others.length} more`;
}

/** What a run was begun with, each by its checksum. */
const inputsOf = ({ inputs }: Pick<RunSummary, 'inputs'>): Map<string, string> =>
  new Map(Object.entries(inputs ?? {}).map(([name, { sha256 }]) => [name, shortSum(sha256)]));

/** What two runs have in common that differ in their seeds alone. */
export interface RunKeys {
  readonly settings: string;
  /** Null for a run that does not say with what it was begun. */
  readonly contents: string | null;
}

const keyOf = (pairs: readonly (readonly [string, unknown])[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...pairs].sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url');

/** @example keysOf(readRun('runs/seed-0')).settings === keysOf(readRun('runs/seed-1')).settings */
export function keysOf(run: Pick<RunSummary, 'settings' | 'inputs'>): RunKeys {
  // Also of a stage that sets the run's again.
  const isOwnSeed = ([path, value]: readonly [string, unknown]): boolean =>
    path === 'seed' || (/^stages\.\d+\.seed$/.test(path) && value === run.settings.seed);
  const settings = [...settingsSpelled(run.settings)].filter((setting) => !isOwnSeed(setting));
  return { settings: keyOf(settings), contents: run.inputs && keyOf([...inputsOf(run)]) };
}

/**
 * Runs put together that differ in their seeds alone; one that does not say with what it was begun counts as begun with the first's.
 *
 * @example alike(runs, keysOf)
 */
export function alike<Run>(runs: readonly Run[], keys: (run: Run) => RunKeys): Run[][] {
  const keyed = runs.map((run) => ({ run, ...keys(run) }));
  return [...Map.groupBy(keyed, ({ settings }) => settings).values()].flatMap((same) => {
    const first = same.find(({ contents }) => contents !== null)?.contents ?? null;
    const groups = Map.groupBy(same, ({ contents }) => contents ?? first);
    return Array.from(groups.values(), (group) => group.map(({ run }) => run));
  });
}

/**
 * Puts runs together whose settings are equal but for the seed, and that were begun with the same contents.
 *
 * @example groupSeeds([readRun('runs/a'), readRun('runs/b')])
 */
function groupSeeds(runs: readonly RunSummary[]): Group[] {
  const together = alike(runs, keysOf).map((runs) => ({
    name: groupName(runs.map(({ folder }) => folder)),
    runs,
  }));
  // Two recipes in one folder are told apart by their first runs.
  return together.map((group) =>
    together.filter(({ name }) => name === group.name).length === 1
      ? group
      : { ...group, name: `${group.runs[0]?.folder} and ${group.runs.length - 1} more` },
  );
}

/** A setting, and what it is in each group: one value, or those of its runs in order; undefined where it is not set. */
export interface Difference {
  readonly path: string;
  readonly values: readonly (readonly unknown[])[];
}

function differences(
  groups: readonly Group[],
  valuesOf: (run: RunSummary) => Map<string, unknown>,
): Difference[] {
  const maps = groups.map(({ runs }) => runs.map(valuesOf));
  const paths = new Set(maps.flat().flatMap((map) => [...map.keys()]));
  return [...paths].flatMap((path) => {
    const values = maps.map((runs) => {
      const all = runs.map((map) => map.get(path));
      return all.every((value) => JSON.stringify(value) === JSON.stringify(all[0])) ? all.slice(0, 1) : all;
    });
    const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
    return isSame && values[0]?.length === 1 ? [] : [{ path, values }];
  });
}

/** A run that does not say what it was begun with differs from none. */
const isKnown = ({ values }: Difference): boolean =>
  new Set(values.flat().filter((value) => value !== undefined)).size > 1;

/** A number that runs measured, and what it came to in each group's finished runs; null where none has it. */
export interface Metric {
  readonly tag: string;
  /** Whether it is a term of the loss, times its weight: what runs have of it is alike only where their weights are. */
  readonly weighted: boolean;
  readonly values: readonly (Spread | null)[];
}

/** The last value of each number that an epoch's line has. */
function lastScalars({ epochs }: RunSummary): Record<string, number> {
  return Object.assign({}, ...epochs.map(({ scalars }) => scalars));
}

function metricsOf(run: RunSummary): Map<string, number> {
  const { headline } = run;
  const own = {
    ...(headline && { [`test/${headline.metric} (best)`]: headlineScore(run)?.best ?? null }),
    ...(headline && { [`teacher/${headline.metric}`]: teacherScore(run) }),
    epochs: run.epochsDone,
    seconds: run.seconds,
  };
  const found = [...Object.entries(lastScalars(run)), ...Object.entries(own)];
  return new Map(found.flatMap(([tag, value]): [string, number][] => (value === null ? [] : [[tag, value]])));
}

/** How well the student does comes first, then how it learned. */
const order = ['test', 'validation', 'teacher', 'train'];

function byImportance(a: string, b: string): number {
  const rank = (tag: string): number => {
    const found = order.indexOf(tag.split('/')[0] ?? '');
    return found < 0 ? order.length : found;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The runs whose numbers count: one that still learns, or stopped on the way, says nothing beside finished ones. */
export function countedRuns({ runs }: Group): readonly RunSummary[] {
  const finished = runs.filter(({ status }) => status === 'finished');
  return finished.length > 0 ? finished : runs;
}

export interface Comparison {
  readonly groups: readonly Group[];
  readonly settings: readonly Difference[];
  /** Data, teachers and initial weights that are not the same by content, with the checksums. */
  readonly inputs: readonly Difference[];
  readonly metrics: readonly Metric[];
  /** Versions, machines, and the precision that they came to. */
  readonly platform: readonly Difference[];
}

/** @example const { settings, metrics } = compareRuns([readRun('runs/kd'), readRun('runs/alone')]); */
export function compareRuns(runs: readonly RunSummary[]): Comparison {
  const groups = groupSeeds(runs);
  const measured = groups.map((group) => countedRuns(group).map(metricsOf));
  const tags = new Set(measured.flat().flatMap((metrics) => [...metrics.keys()]));
  const terms = new Set(runs.flatMap(({ epochs }) => epochs.flatMap(({ terms }) => terms)));
  return {
    groups,
    settings: differences(groups, ({ settings }) => settingsSpelled(settings)),
    inputs: differences(groups, inputsOf).filter(isKnown),
    metrics: [...tags].sort(byImportance).map((tag) => ({
      tag,
      weighted: terms.has(tag),
      values: measured.map((runs) => {
        const values = runs.flatMap((metrics) => metrics.get(tag) ?? []);
        return values.length ? spread(values) : null;
      }),
    })),
    platform: differences(
      groups,
      ({ versions, machine, precision }) => new Map(flatten({ versions, machine, precision })),
    ),
  };
}

/** Inputs by what they are, as the first run that has one says it. @example inputs.map(titled(groups)) */
export const titled =
  (groups: readonly Group[]) =>
  (difference: Difference): Difference => {
    const { path } = difference;
    const [of] = groups.flatMap(({ runs }) => runs.flatMap(({ inputs }) => inputs?.[path] ?? []));
    return { ...difference, path: inputTitle(path, of) };
  };
