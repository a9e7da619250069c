/** What of the table of runs is shown, and where in it one is. */
import { computed, signal } from '@preact/signals';
import { kept } from '../../client/kept.ts';
import { go } from '../../client/route.ts';
import { runs } from '../../client/runs.ts';
import { type Column, columns, type Line, linesOf } from '../../model/table.ts';

export const text = signal('');
export const withHidden = kept<boolean>('hidden', false);
export const bySeeds = kept<boolean>('seeds', true);
export const opened = signal<ReadonlySet<string>>(new Set());
const orderKept = kept<string>('order', 'started down');

export const order = computed(() => {
  const [name = '', way] = orderKept.value.split(' ');
  const column = columns.find((column) => column === name) ?? 'started';
  return { column, isDown: way === 'down' };
});

/** Sorts by a column, and the other way around where it was sorted by it; numbers begin with the highest. */
export function sortBy(column: Column): void {
  const isNumber = column === 'score' || column === 'started' || column === 'epochs';
  const isDown = order.value.column === column ? !order.value.isDown : isNumber;
  orderKept.value = `${column} ${isDown ? 'down' : 'up'}`;
}

export const lines = computed(() =>
  linesOf(runs.value, {
    ...{ text: text.value, order: order.value, opened: opened.value },
    ...{ withHidden: withHidden.value, bySeeds: bySeeds.value },
  }),
);

/** The line with the focus, by its key, for lines move. */
export const current = signal<string | null>(null);
export const currentAt = computed(() =>
  Math.max(
    0,
    lines.value.findIndex(({ key }) => key === current.value),
  ),
);

export function openGroup(key: string, isOpen: boolean): void {
  const next = new Set(opened.value);
  if (isOpen) next.add(key);
  else next.delete(key);
  opened.value = next;
}

/** Shows a run, or the runs of a group below it. */
export function openLine(line: Line): void {
  if (line.kind === 'group') openGroup(line.key, !line.isOpen);
  else go({ screen: 'run', id: line.run.id, tab: 'curves' });
}
