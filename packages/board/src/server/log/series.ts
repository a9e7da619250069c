/** The series of a run, out of its log. */
import type { Series, SeriesAnswer } from '../../api.ts';
import { Positions } from './positions.ts';
import { namesOf, type RunLog } from './run-log.ts';
import type { Table } from './table.ts';
import { type Curve, thin } from './thin.ts';

/** What is said between two epochs has names of its own, as TensorBoard has them. */
const between = 'step/';

/** Names of what has a finite number at all, as an epoch's line has them and with `step/` before them. */
export function seriesNames(log: RunLog): string[] {
  const hasAny = (table: Table, name: string): boolean =>
    table.column(name)?.some((value) => Number.isFinite(value)) ?? false;
  const epochs = namesOf(log.epochs).filter((name) => hasAny(log.epochs, name));
  const others = [log.steps, log.evaluations].flatMap((table) =>
    table.names.filter((name) => hasAny(table, name)).map((name) => between + name),
  );
  return [...new Set([...epochs, ...others])];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function curveOf(table: Table, name: string, at: (index: number) => number, { from, to }: Range): Curve {
  const values = table.column(name);
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const [index, value] of values?.entries() ?? []) {
    if (Number.isNaN(value)) continue;
    const place = at(index);
    if (place < from || place > to) continue;
    x.push(place);
    y.push(Number.isFinite(value) ? value : null);
  }
  return { x, y };
}

/** One table's name after the other's, which has it too only where somebody wrote such a log. */
function found(log: RunLog, positions: Positions, name: string, range: Range): Curve {
  if (!name.startsWith(between))
    return curveOf(log.epochs, name, (index) => positions.atEnd(log.epochs, index), range);
  const own = name.slice(between.length);
  const table = log.steps.column(own) ? log.steps : log.evaluations;
  return curveOf(table, own, (index) => positions.within(table, index), range);
}

export interface SeriesOptions {
  readonly names: readonly string[];
  /** So many places of each, at most. */
  readonly points: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** @example seriesOf(log, { names: ['step/train/loss'], points: 1000 }) */
export function seriesOf(
  log: RunLog,
  { names, points, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: SeriesOptions,
): SeriesAnswer {
  const positions = new Positions(log);
  const range = { from, to };
  const series = names.flatMap((name): Series[] => {
    const whole = found(log, positions, name, range);
    return whole.x.length === 0 ? [] : [{ name, rows: whole.x.length, ...thin(whole, points) }];
  });
  const ends = Array.from({ length: log.epochs.rows }, (_, index) => positions.atEnd(log.epochs, index));
  const within = ends.filter((end) => end >= from && end <= to);
  return { unit: positions.unit, series, epochEnds: thin({ x: within, y: within }, points).x };
}
