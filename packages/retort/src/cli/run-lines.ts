/** Lines of a figure, of runs: numbers over epochs, or the last over the values of a setting. */
import type { Line, LinePoint } from '../figures/index.ts';
import { isShare } from '../metrics/score-names.ts';
import { type Comparison, countedRuns, type Difference, type Group } from '../runs/read/compare.ts';
import { settingsSpelled } from '../runs/read/networks.ts';
import type { RunSummary } from '../runs/read/read-run.ts';
import { spread } from '../runs/read/spread.ts';
import { listed } from '../words/listed.ts';
import { shownPlace, withShownPlaces } from '../words/place.ts';
import { UsageError } from './load.ts';
import { tell } from './output.ts';
import { lastPart, scoreUnit } from './scores.ts';

/** What is drawn of each run. @throws UsageError where runs have no score in common */
export function tagOf(runs: readonly RunSummary[], given: string | undefined): string {
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

/** By the number that an epoch has over all stages: a log may lack some, whose lines are damaged. */
function overEpochs(group: Group, tag: string): LinePoint[] {
  const values = new Map<number, number[]>();
  for (const { epochs } of countedRuns(group))
    for (const { epoch, scalars } of epochs) {
      const value = scalars[tag];
      if (value !== undefined) values.set(epoch, [...(values.get(epoch) ?? []), scaled(tag, value)]);
    }
  return [...values].map(([x, of]) => ({ x, ...spread(of) })).sort((a, b) => a.x - b.x);
}

/** A line for each group that has the number. @param onMissing  is told of those that have not */
export function linesOverEpochs(
  groups: readonly Group[],
  tag: string,
  onMissing: (group: Group) => void = ({ name }) =>
    tell(`${shownPlace(name)} is left out: it has no '${tag}'`),
): Line[] {
  const names = withoutCommon(groups.map(({ name }) => name));
  return groups.flatMap((group, i) => {
    const points = overEpochs(group, tag);
    if (points.length > 0) return [{ name: groups.length > 1 ? (names[i] ?? '') : '', points, place: i }];
    onMissing(group);
    return [];
  });
}

/** What the axis of a number is called. @example axisOf('test/top1') // 'top-1 %' */
export const axisOf = (tag: string): string => (isShare(lastPart(tag)) ? scoreUnit(lastPart(tag)) : tag);

/** The last value of a number in each of a group's runs. */
const lastOf = (group: Group, tag: string): number[] =>
  countedRuns(group).flatMap(({ epochs }) => {
    const value = epochs.map(({ scalars }) => scalars[tag]).findLast((one) => one !== undefined);
    return value === undefined ? [] : [scaled(tag, value)];
  });

const text = (value: unknown): string =>
  typeof value === 'string' ? withShownPlaces(value) : JSON.stringify(value ?? null);

/** Folders without those above them that all have in common; one alone with the one above it. @example withoutCommon(['runs/a', 'runs/b']) // ['a', 'b'] */
export function withoutCommon(folders: readonly string[]): string[] {
  if (folders.length === 1) return folders.map((folder) => folder.split('/').slice(-2).join('/'));
  const [first = [], ...others] = folders.map((folder) => folder.split('/').slice(0, -1));
  const differing = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  const common = differing < 0 ? first.length : differing;
  return folders.map((folder) => folder.split('/').slice(common).join('/'));
}

/** What tells a group apart from the others, but for one setting. */
const nameOf = (settings: readonly Difference[], at: number, but: string): string =>
  settings
    .filter(({ path }) => path !== but && path !== 'seed' && path !== 'name')
    .map(({ path, values }) => `${path.split('.').at(-1)} ${text(values[at]?.[0])}`)
    .join(', ');

/** The last values of a number over those of a setting; what has none is told. @throws UsageError for a setting that is the same in all runs, or is no number in one */
export function linesAgainst(
  path: string,
  { groups, settings }: Pick<Comparison, 'groups' | 'settings'>,
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
