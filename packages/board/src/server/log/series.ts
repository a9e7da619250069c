/** The series of a run, out of its log. */
import { setImmediate as others } from 'node:timers/promises';
import type { Series, SeriesAnswer } from '../../api.ts';
import { Positions } from './positions.ts';
import { namesOf, type RunLog } from './run-log.ts';
import type { Table } from './table.ts';
import { thin } from './thin.ts';

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

/** Where the lines of each table stand. */
interface Places {
  readonly rows: number;
  readonly unit: SeriesAnswer['unit'];
  readonly steps: Float64Array;
  readonly epochs: Float64Array;
  readonly evaluations: Float64Array;
}

/** Of logs that were asked for, as long as they are as they were. */
const known = new WeakMap<RunLog, Places>();

function placesOf(log: RunLog): Places {
  const before = known.get(log);
  if (before?.rows === log.rows) return before;
  const positions = new Positions(log);
  const places = {
    ...{ rows: log.rows, unit: positions.unit },
    steps: positions.within(log.steps),
    epochs: positions.atEnds(log.epochs),
    evaluations: positions.within(log.evaluations),
  };
  known.set(log, places);
  return places;
}

/** One table's name before the other's, which has it too only where somebody wrote such a log. */
function columnOf(
  log: RunLog,
  name: string,
  places: Places,
): { x: Float64Array; y: ArrayLike<number> } | null {
  const isBetween = name.startsWith(between);
  const own = isBetween ? name.slice(between.length) : name;
  const tables = isBetween ? (['steps', 'evaluations'] as const) : (['epochs'] as const);
  for (const table of tables) {
    const y = log[table].column(own);
    if (y) return { x: places[table], y };
  }
  return null;
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
  const places = placesOf(log);
  const range = { from, to };
  const series = names.flatMap((name): Series[] => {
    const column = columnOf(log, name, places);
    const thinned = column && thin(column.x, column.y, points, range);
    return thinned && thinned.rows > 0 ? [{ name, ...thinned }] : [];
  });
  return { unit: places.unit, series, epochEnds: thin(places.epochs, places.epochs, points, range).x };
}

/** The same, one after another: of millions of lines each takes a while, in which nobody else is answered. */
export async function seriesInTurn(log: RunLog, { names, ...options }: SeriesOptions): Promise<SeriesAnswer> {
  const series: Series[] = [];
  for (const name of names) {
    series.push(...seriesOf(log, { names: [name], ...options }).series);
    await others();
  }
  return { ...seriesOf(log, { names: [], ...options }), series };
}
