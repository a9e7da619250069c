/** The cells of a comparison of runs. */
import { countedRuns, type Group, type Metric } from '../runs/read/compare.ts';
import { type GroupCost, placesMeasured, secondsThere } from '../runs/read/cost.ts';
import type { Spread } from '../runs/read/spread.ts';
import { withShownPlaces } from '../words/place.ts';
import { lastPart, scoreText, scoreUnit } from './scores.ts';
import { count, duration } from './table.ts';

/** A setting's value in a cell. */
export function shown(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? withShownPlaces(value) : JSON.stringify(value);
}

function digits(value: number, precision: number): string {
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(precision)));
}

/** How a run stands: one of another machine was so when it was copied. @example statusText({ status: 'running', elsewhere: 'mars' }) // 'running on mars' */
export const statusText = ({
  status,
  elsewhere,
}: {
  readonly status: string;
  readonly elsewhere: string | null;
}): string => (elsewhere === null ? status : `${status} on ${elsewhere}`);

/** How long training took; in a table under the same word as `retort runs` has it. */
const secondsTag = 'seconds';

/** Whether a tag is of a share, which is printed in percent. */
const isShareTag = (tag: string): boolean => scoreUnit(lastPart(tag)).endsWith('%');

/** A number of a group's runs, with its spread. */
export function measured(tag: string, value: Spread | null): string {
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
export function title({ tag, weighted }: Metric): string {
  if (tag === secondsTag) return 'training';
  if (weighted) return `${tag} (times its weight)`;
  return isShareTag(tag) ? `${tag} %` : tag;
}

/** What a group's students cost, a row for each thing that one has; latencies of other conditions are other rows. */
export function costRows(costs: readonly GroupCost[]): string[][] {
  const row = (title: string, values: readonly (number | null)[], text: (value: number) => string) =>
    values.some((value) => value !== null)
      ? [[title, ...values.map((value) => (value === null ? '-' : text(value)))]]
      : [];
  return [
    ...row(
      'parameters',
      costs.map(({ parameters }) => parameters),
      count,
    ),
    ...row(
      'multiply-adds of a sample',
      costs.map(({ multiplyAdds }) => multiplyAdds),
      count,
    ),
    ...placesMeasured(costs).flatMap(({ title, conditions }) =>
      row(
        title,
        costs.map((cost) => secondsThere(cost, conditions)),
        duration,
      ),
    ),
  ];
}

/** What latencies are of, a sentence for each place. */
export const latencyLegend = (costs: readonly GroupCost[]): string[] =>
  placesMeasured(costs).map(
    ({ title, conditions }) => `${title}: the median for one sample on ${conditions}`,
  );

/** How the runs of a group ended, e.g. `2 finished, 1 killed (not counted)`. */
export function statuses(group: Group): string {
  const { runs } = group;
  const [only] = runs;
  if (only && runs.length === 1) return only.status;
  const counts = Map.groupBy(runs, ({ status }) => status);
  const parts = [...counts].map(([status, [first, ...others]]) => {
    const isCounted = first && countedRuns(group).includes(first);
    return `${1 + others.length} ${status}${isCounted ? '' : ' (not counted)'}`;
  });
  return parts.join(', ');
}
