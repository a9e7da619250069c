/** The runs of a sweep as text: how each stands, and what the cells came to. */
import { headlineScore, type Spread } from '../runs/index.ts';
import { type CellResult, logOf, type Queued, type QueueState, secondsLeft } from '../sweep/index.ts';
import { headlineText } from './run-cells.ts';
import { scoreText, scoreUnit, shownScore } from './scores.ts';
import { counted, duration, table } from './table.ts';

/** Seconds until all runs are done, by those that have said how long an epoch takes; null where none has. */
export function secondsForAll(all: readonly Queued[], atOnce: number): number | null {
  const open = all.filter(({ state }) => state === 'waiting' || state === 'running');
  const lengths = all.flatMap(({ summary }) => {
    if (!summary?.epochsTotal || summary.epochsDone === 0) return [];
    return [(summary.seconds / summary.epochsDone) * summary.epochsTotal];
  });
  if (open.length === 0 || lengths.length === 0) return null;
  const usual = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
  const left = open.map(({ summary, epochs }) => (summary && secondsLeft(summary, epochs)) ?? usual);
  const sum = left.reduce((total, one) => total + one, 0);
  return Math.max(...left, sum / Math.min(atOnce, open.length));
}

const order: readonly QueueState[] = ['failed', 'running', 'stopped', 'waiting', 'finished'];

/** @example countsText(all) // '1 failed, 2 running, 9 waiting' */
export function countsText(all: readonly Queued[]): string {
  const by = Map.groupBy(all, ({ state }) => state);
  return order.flatMap((state) => (by.get(state) ? [`${by.get(state)?.length} ${state}`] : [])).join(', ');
}

/** The line above the table. */
export function summaryText(all: readonly Queued[], atOnce: number): string {
  const left = secondsForAll(all, atOnce);
  return `${counted(all.length, 'run')}: ${countsText(all)}${left === null ? '' : `; about ${duration(Math.round(left))} left`}`;
}

const epochsText = ({ summary, epochs }: Queued): string =>
  summary ? `${Number.isInteger(epochs) ? epochs : epochs.toFixed(1)}/${summary.epochsTotal ?? '?'}` : '';

function row(queued: Queued): string[] {
  const { run, state, summary, epochs } = queued;
  const score = summary && headlineScore(summary);
  const left = summary && state === 'running' ? secondsLeft(summary, epochs) : null;
  return [
    run.name,
    state,
    epochsText(queued),
    summary?.headline ? scoreUnit(summary.headline.metric) : '',
    summary ? headlineText(summary, score?.last) : '',
    summary ? headlineText(summary, score?.best) : '',
    left === null ? '' : duration(Math.round(left)),
  ];
}

/** The runs that there is room for, those first that matter now. */
export function runsTable(all: readonly Queued[], room: number): string[] {
  const first = [...all].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const shown = new Set(all.length > room ? first.slice(0, room - 1) : all);
  const more = all.length - shown.size;
  const rows = all.filter((one) => shown.has(one)).map(row);
  const lines = table(['run', 'state', 'epoch', 'score', 'last', 'best', 'left'], rows).split('\n');
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** How a run stands, in a line of its own. @example changeText(queued) // 'kd/seed-0: finished, top-1 72.13' */
export function changeText({ run, state, summary, why }: Queued): string {
  const metric = summary?.headline?.metric;
  const score = summary && headlineScore(summary)?.best;
  const came =
    state === 'finished' && metric !== undefined && score != null
      ? `, ${shownScore(metric, score)} at best`
      : '';
  return `${run.name}: ${state}${came}${why ? `: ${why}` : ''}`;
}

/** What is at work, in a line. */
export const workText = (all: readonly Queued[]): string =>
  all
    .filter(({ state }) => state === 'running')
    .map((queued) => {
      const left = queued.summary && secondsLeft(queued.summary, queued.epochs);
      const at = epochsText(queued);
      return `${queued.run.name}${at ? ` epoch ${at}` : ''}${left === null ? '' : `, ${duration(Math.round(left))} left`}`;
    })
    .join('; ');

/** What the cells came to: means and deviations over their seeds. */
export function cellsTable(cells: readonly CellResult[]): string {
  const metrics = [...new Set(cells.flatMap(({ metric }) => metric ?? []))];
  const [only] = metrics;
  const unit = metrics.length === 1 && only !== undefined ? ` ${scoreUnit(only)}` : '';
  const shown = ({ metric }: CellResult, of: Spread | null): string => {
    if (!of || metric === null) return '';
    const mean = scoreText(metric, of.mean);
    return of.values.length > 1 ? `${mean} ± ${scoreText(metric, of.deviation)}` : mean;
  };
  const rows = cells.map((cell) => [
    cell.cell,
    `${cell.finished}/${cell.runs}`,
    ...(metrics.length > 1 ? [cell.metric === null ? '' : scoreUnit(cell.metric)] : []),
    shown(cell, cell.last),
    shown(cell, cell.best),
  ]);
  return table(
    ['cell', 'runs', ...(metrics.length > 1 ? ['score'] : []), `last${unit}`, `best${unit}`],
    rows,
  );
}

/** What failed, and where it says more. */
export const failures = (all: readonly Queued[]): string[] =>
  all.flatMap(({ run, state, why }) =>
    state === 'failed'
      ? [`${run.name} failed: ${why || 'it said nothing'}; ${logOf(run)} has all that it said`]
      : [],
  );
