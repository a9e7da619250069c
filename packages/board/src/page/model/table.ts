/** The lines of the table of runs: which are shown, in which order, and which stand together. */
import { counted, spread } from 'retort/scores';
import type { GroupScore, RunRow } from '../../api.ts';
import { wordsIn } from './search.ts';

export const columns = [
  'status',
  'name',
  'method',
  'student',
  'teacher',
  'data',
  'epochs',
  'score',
  'started',
] as const;
export type Column = (typeof columns)[number];

export interface Order {
  readonly column: Column;
  readonly isDown: boolean;
}

export interface Shown {
  readonly text: string;
  readonly order: Order;
  readonly withHidden: boolean;
  readonly bySeeds: boolean;
  /** Groups whose runs are shown below them. */
  readonly opened: ReadonlySet<string>;
}

/** Runs that differ in nothing but their seed. */
export interface GroupLine {
  readonly kind: 'group';
  readonly key: string;
  readonly runs: readonly RunRow[];
  readonly isOpen: boolean;
  readonly metric: string | null;
  /** Of all runs of it that have a score, those not shown included. */
  readonly score: GroupScore | null;
}

export interface RunLine {
  readonly kind: 'run';
  readonly key: string;
  readonly run: RunRow;
  /** Whether it stands below its group. */
  readonly isInGroup: boolean;
}

export type Line = GroupLine | RunLine;

/** The runs of a line. */
export const idsOf = (line: Line): string[] =>
  line.kind === 'run' ? [line.run.id] : line.runs.map(({ id }) => id);

const searched = (run: RunRow): string =>
  [
    run.id,
    run.status,
    run.method,
    run.student,
    run.teacher,
    run.data,
    run.recipe,
    run.elsewhere,
    run.mine.note,
  ]
    .concat(run.mine.tags.map((tag) => `#${tag}`))
    .join('\n')
    .toLowerCase();

/** Texts of runs that were searched before; a changed run is another object. */
const texts = new WeakMap<RunRow, string>();

function textOf(run: RunRow): string {
  const known = texts.get(run) ?? searched(run);
  texts.set(run, known);
  return known;
}

/** Whether every word stands somewhere in what is known of the run; `-word` for one that must not. */
export function matches(run: RunRow, text: string): boolean {
  return wordsIn(text).every((word) =>
    word.length > 1 && word.startsWith('-')
      ? !textOf(run).includes(word.slice(1))
      : textOf(run).includes(word),
  );
}

const names = new Intl.Collator('en', { numeric: true });
const statuses = ['running', 'killed', 'failed', 'stopped', 'unreadable', 'finished'];

/** The score that stands in the table: of the best weights, and while there are none the last. */
export const scoreOf = ({ headline }: RunRow): number | null => headline?.best ?? headline?.last ?? null;

type Key = string | number | null;

function keyOf(run: RunRow, column: Column): Key {
  switch (column) {
    case 'status':
      return statuses.indexOf(run.status);
    case 'name':
      return run.id;
    case 'epochs':
      return run.epochsDone;
    case 'score':
      return scoreOf(run);
    case 'started':
      return run.started || null;
    default:
      return run[column];
  }
}

function compared(a: Key, b: Key): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : names.compare(String(a), String(b));
}

/** What has no value comes last in either direction, and what is pinned first. */
function sortedBy<T>(
  items: readonly T[],
  { column, isDown }: Order,
  first: (item: T) => RunRow,
  keyed: (item: T) => Key = (item) => keyOf(first(item), column),
): T[] {
  const all = items.map((item) => ({ item, run: first(item), key: keyed(item) }));
  all.sort((a, b) => {
    if (a.run.mine.isPinned !== b.run.mine.isPinned) return a.run.mine.isPinned ? -1 : 1;
    if (a.key === null || b.key === null)
      return Number(a.key === null) - Number(b.key === null) || names.compare(a.run.id, b.run.id);
    return (isDown ? -1 : 1) * compared(a.key, b.key) || names.compare(a.run.id, b.run.id);
  });
  return all.map(({ item }) => item);
}

/**
 * How many seeds a group has: one that was run again is no other seed.
 *
 * @example seedsText([{ seed: 0 }, { seed: 0 }]) // '2 runs, 1 seed'
 */
export function seedsText(runs: readonly Pick<RunRow, 'seed'>[]): string {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const all = counted(seeds, 'seed');
  return seeds === runs.length ? all : `${counted(runs.length, 'run')}, ${all}`;
}

/** Scores of other metrics than the first's have no mean with it. */
function groupLine(key: string, runs: readonly RunRow[], all: readonly RunRow[], isOpen: boolean): GroupLine {
  const metric = all.find(({ headline }) => headline)?.headline?.metric ?? null;
  const own = all.filter(({ headline }) => headline?.metric === metric);
  const finished = own.filter(({ status }) => status === 'finished');
  const scores = (finished.length ? finished : own).map(scoreOf).filter((score) => score !== null);
  const score = scores.length ? { ...spread(scores), n: scores.length } : null;
  return { kind: 'group', key: `group ${key}`, runs, isOpen, metric, score };
}

/** Groups are in the order of what their lines say: of the mean, where it is by score, and not of the luckiest seed. */
function grouped(shown: readonly RunRow[], all: readonly RunRow[], { order, opened }: Shown): Line[] {
  const together = Map.groupBy(shown, ({ group, id }) => group || `alone ${id}`);
  const whole = Map.groupBy(all, ({ group }) => group);
  const lines = Array.from(together, ([key, runs]): Line => {
    const everyone = whole.get(key) ?? runs;
    return everyone.length < 2
      ? runLine(runs[0] as RunRow, false)
      : groupLine(key, runs, everyone, opened.has(`group ${key}`));
  });
  const first = (line: Line): RunRow => (line.kind === 'run' ? line.run : (line.runs[0] as RunRow));
  const keyed = (line: Line): Key =>
    line.kind === 'group' && order.column === 'score'
      ? (line.score?.mean ?? null)
      : keyOf(first(line), order.column);
  return sortedBy(lines, order, first, keyed).flatMap((line) =>
    line.kind === 'group' && line.isOpen ? [line, ...line.runs.map((run) => runLine(run, true))] : [line],
  );
}

const runLine = (run: RunRow, isInGroup: boolean): RunLine => ({ kind: 'run', key: run.id, run, isInGroup });

/** @example linesOf(runs, { text: 'kd', order: { column: 'score', isDown: true }, withHidden: false, bySeeds: true, opened: new Set() }) */
export function linesOf(runs: readonly RunRow[], shown: Shown): Line[] {
  const found = runs.filter((run) => (shown.withHidden || !run.mine.isHidden) && matches(run, shown.text));
  const sorted = sortedBy(found, shown.order, (run) => run);
  return shown.bySeeds ? grouped(sorted, runs, shown) : sorted.map((run) => runLine(run, false));
}
