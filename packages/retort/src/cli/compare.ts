/** `retort compare`. */
import {
  type Comparison,
  compareRuns,
  counted,
  type Difference,
  type Group,
  type Metric,
} from '../runs/read/compare.ts';
import { RunError } from '../runs/read/errors.ts';
import { inputTitle } from '../runs/read/inputs.ts';
import { readRun } from '../runs/read/read-run.ts';
import type { Spread } from '../runs/read/spread.ts';
import { shownPlace, withShownPlaces } from '../words/place.ts';
import { say, tell } from './output.ts';
import { foldersOf } from './run-folders.ts';
import { lastPart, scoreText, scoreUnit } from './scores.ts';
import { count, duration, table } from './table.ts';

function shown(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? withShownPlaces(value) : JSON.stringify(value);
}

function digits(value: number, precision: number): string {
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(precision)));
}

/** How long training took; in a table under the same word as `retort runs` has it. */
const secondsTag = 'seconds';

/** Whether a tag is of a share, which is printed in percent. */
const isShareTag = (tag: string): boolean => scoreUnit(lastPart(tag)).endsWith('%');

function measured(tag: string, value: Spread | null): string {
  if (!value) return '-';
  const { mean, deviation, values } = value;
  const text = (value: number, precision: number): string => {
    if (tag === secondsTag) return duration(value);
    return isShareTag(tag) ? scoreText(lastPart(tag), value) : digits(value, precision);
  };
  const [middle, around] = [text(mean, 4), text(deviation, 2)];
  return values.length > 1 ? `${middle} ± ${around}` : middle;
}

/** What a row of the table is called. */
function title({ tag, weighted }: Metric): string {
  if (tag === secondsTag) return 'training';
  if (weighted) return `${tag} (times its weight)`;
  return isShareTag(tag) ? `${tag} %` : tag;
}

/** How the runs of a group ended, e.g. `2 finished, 1 killed (not counted)`. */
function statuses(group: Group): string {
  const { runs } = group;
  const [only] = runs;
  if (only && runs.length === 1) return only.status;
  const counts = Map.groupBy(runs, ({ status }) => status);
  const parts = [...counts].map(([status, [first, ...others]]) => {
    const isCounted = first && counted(group).includes(first);
    return `${1 + others.length} ${status}${isCounted ? '' : ' (not counted)'}`;
  });
  return parts.join(', ');
}

/** Inputs by what they are, as the first run that has one says it. */
const titled =
  (groups: readonly Group[]) =>
  (difference: Difference): Difference => {
    const { path } = difference;
    const [of] = groups.flatMap(({ runs }) => runs.flatMap(({ inputs }) => inputs?.[path] ?? []));
    return { ...difference, path: inputTitle(path, of) };
  };

function print({ groups, settings, inputs, metrics, platform }: Comparison): void {
  const names = groups.map(({ name }) => shownPlace(name));
  const differences = (what: string, rows: readonly Difference[]): void => {
    if (rows.length === 0) return;
    const cells = rows.map(({ path, values }) => [path, ...values.map((all) => all.map(shown).join(', '))]);
    say(`\n${table([what, ...names], cells)}`);
  };
  const metricRow = (metric: Metric): string[] => [
    title(metric),
    ...metric.values.map((value) => measured(metric.tag, value)),
  ];
  say(table(['', ...names], [['status', ...groups.map(statuses)], ...metrics.map(metricRow)]));
  differences('settings that differ', settings);
  differences('contents that differ', inputs.map(titled(groups)));
  differences('versions and machines that differ', platform);
}

export function compareCommand(given: readonly string[], { json }: { readonly json?: boolean }): void {
  const runs = foldersOf(given).map(readRun);
  if (runs.length < 2)
    throw new RunError(
      `there is one run in ${given.join(', ')}: name two at least, or a folder that holds them`,
    );
  const comparison = compareRuns(runs);
  for (const note of runs.flatMap(({ notes }) => notes)) tell(note);
  if (!json) return print(comparison);
  const groups = comparison.groups.map(({ name, runs }) => ({
    name,
    runs: runs.map(({ folder, status }) => ({ folder, status })),
  }));
  say(JSON.stringify({ ...comparison, groups }));
}
