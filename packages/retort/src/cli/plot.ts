/** `retort plot`. */
import { type Line, type LinePoint, linesFigure } from '../figures/index.ts';
import { isShare } from '../metrics/score-names.ts';
import { compareRuns, counted, type Difference, type Group } from '../runs/read/compare.ts';
import { settingsSpelled } from '../runs/read/networks.ts';
import { type RunSummary, readRun } from '../runs/read/read-run.ts';
import { spread } from '../runs/read/spread.ts';
import { listed } from '../words/listed.ts';
import { shownPlace, withShownPlaces } from '../words/place.ts';
import { checkFigureFile, writeFigure } from './figure-file.ts';
import { UsageError } from './load.ts';
import { say, tell } from './output.ts';
import { foldersOf } from './run-folders.ts';
import { lastPart, scoreUnit } from './scores.ts';

export interface PlotFlags {
  readonly out: string;
  /** The path of a setting: scores of finished runs over its values. Where it is left out, numbers over epochs. */
  readonly against?: string;
  /** As `retort compare` calls it; the headline on the test split where it is left out. */
  readonly score?: string;
  readonly json?: boolean;
}

/** What is drawn of each run. @throws UsageError where runs have no score in common */
function tagOf(runs: readonly RunSummary[], given: string | undefined): string {
  const tags = runs.map(({ epochs }) => new Set(epochs.flatMap(({ scalars }) => Object.keys(scalars))));
  const all = [...new Set(tags.flatMap((of) => [...of]))].sort();
  const headline = runs.find((run) => run.headline !== null)?.headline;
  const tag = given ?? (headline ? `test/${headline.metric}` : undefined);
  if (tag !== undefined && tags.some((of) => of.has(tag))) return tag;
  if (all.length === 0) throw new UsageError('the runs have no numbers yet: none has ended an epoch');
  throw new UsageError(
    `${tag === undefined ? 'the runs have no headline: say' : `no run has '${tag}': say another`} --score of ${listed(all)}`,
  );
}

const scaled = (tag: string, value: number): number => (isShare(lastPart(tag)) ? 100 * value : value);

/** Epochs are counted on over stages. */
function overEpochs(group: Group, tag: string): LinePoint[] {
  const values = new Map<number, number[]>();
  for (const { epochs } of counted(group))
    for (const [i, { scalars }] of epochs.entries()) {
      const value = scalars[tag];
      if (value !== undefined) values.set(i + 1, [...(values.get(i + 1) ?? []), scaled(tag, value)]);
    }
  return [...values].map(([x, of]) => ({ x, ...spread(of) })).sort((a, b) => a.x - b.x);
}

/** A line for each group that has the number; what has not is told. */
function linesOverEpochs(groups: readonly Group[], tag: string): Line[] {
  return groups.flatMap((group) => {
    const points = overEpochs(group, tag);
    if (points.length === 0) {
      tell(`${shownPlace(group.name)} is left out: it has no '${tag}'`);
      return [];
    }
    return [{ name: groups.length > 1 ? withoutCommon(group.name, groups) : '', points }];
  });
}

/** The last value of a number in each of a group's runs. */
const lastOf = (group: Group, tag: string): number[] =>
  counted(group).flatMap(({ epochs }) => {
    const value = epochs.map(({ scalars }) => scalars[tag]).findLast((one) => one !== undefined);
    return value === undefined ? [] : [scaled(tag, value)];
  });

const text = (value: unknown): string =>
  typeof value === 'string' ? withShownPlaces(value) : JSON.stringify(value ?? null);

/** A group's folder, without the folders that all have in common. */
function withoutCommon(name: string, groups: readonly Group[]): string {
  const [first = [], ...others] = groups.map((group) => group.name.split('/').slice(0, -1));
  const common = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  return name
    .split('/')
    .slice(common < 0 ? first.length : common)
    .join('/');
}

/** What tells a group apart from the others, but for one setting. */
const nameOf = (settings: readonly Difference[], at: number, but: string): string =>
  settings
    .filter(({ path }) => path !== but && path !== 'seed' && path !== 'name')
    .map(({ path, values }) => `${path.split('.').at(-1)} ${text(values[at]?.[0])}`)
    .join(', ');

/** @throws UsageError for a setting that is the same in all runs, or is no number in one */
function against(
  path: string,
  { groups, settings }: Pick<ReturnType<typeof compareRuns>, 'groups' | 'settings'>,
  tag: string,
): Line[] {
  const differing = settings.find((setting) => setting.path === path);
  if (!differing)
    throw new UsageError(
      `--against ${path}: the runs do not differ in it: they differ in ${listed(settings.map(({ path }) => path)) || 'nothing'}`,
    );
  const lines = new Map<string, LinePoint[]>();
  for (const [i, group] of groups.entries()) {
    const [run] = group.runs;
    if (group.runs.every(({ status }) => status !== 'finished')) {
      tell(
        `${shownPlace(group.name)} is left out: ${group.runs.length > 1 ? 'none of its runs is finished' : 'it is not finished'}`,
      );
      continue;
    }
    const x = run && settingsSpelled(run.settings).get(path);
    if (typeof x !== 'number')
      throw new UsageError(
        `--against ${path}: it must be a number in each run, and is ${text(x)} in ${shownPlace(group.name)}`,
      );
    const values = lastOf(group, tag);
    const name = nameOf(settings, i, path);
    if (values.length > 0) lines.set(name, [...(lines.get(name) ?? []), { x, ...spread(values) }]);
    else tell(`${shownPlace(group.name)} is left out: it has no '${tag}'`);
  }
  return Array.from(lines, ([name, points]) => ({ name, points: points.sort((a, b) => a.x - b.x) }));
}

export async function plotCommand(given: readonly string[], flags: PlotFlags): Promise<void> {
  checkFigureFile(flags.out);
  const runs = foldersOf(given).map(readRun);
  for (const note of runs.flatMap(({ notes }) => notes)) tell(note);
  const comparison = compareRuns(runs);
  const tag = tagOf(runs, flags.score);
  const lines =
    flags.against === undefined
      ? linesOverEpochs(comparison.groups, tag)
      : against(flags.against, comparison, tag);
  const x = flags.against ?? 'epoch';
  const y = isShare(lastPart(tag)) ? scoreUnit(lastPart(tag)) : tag;
  if (lines.every(({ points }) => points.length === 0))
    throw new UsageError(`there is nothing to draw: no finished run has '${tag}'`);
  writeFigure(flags.out, await linesFigure({ lines, x, y }));
  if (flags.json) return say(JSON.stringify({ out: flags.out, x, y: tag, lines }));
  say(`${flags.out}: ${tag} over ${x}, ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`);
}
