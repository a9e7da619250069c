/** `retort compare`. */
import { type Comparison, compareRuns, type Difference, type Metric, titled } from '../runs/read/compare.ts';
import { costOfGroup } from '../runs/read/cost.ts';
import { RunError } from '../runs/read/errors.ts';
import { shownPlace } from '../words/place.ts';
import { oneLine } from '../words/shown.ts';
import { costRows, latencyLegend, measured, shown, statuses, title } from './compared.ts';
import { say, tell } from './output.ts';
import { readNamed } from './run-folders.ts';
import { table } from './table.ts';

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
  const costs = groups.map(costOfGroup);
  const rows = costRows(costs);
  if (rows.length > 0) say(`\n${table(['what a student costs', ...names], rows)}`);
  for (const line of latencyLegend(costs)) say(oneLine(line));
  differences('settings that differ', settings);
  differences('contents that differ', inputs.map(titled(groups)));
  differences('versions and machines that differ', platform);
}

export function compareCommand(given: readonly string[], { json }: { readonly json?: boolean }): void {
  const runs = readNamed(given);
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
  say(JSON.stringify({ ...comparison, groups, costs: comparison.groups.map(costOfGroup) }));
}
