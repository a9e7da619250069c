/** All runs, as they are now. */
import { computed, signal } from '@preact/signals';
import { type Mine, paths, type RunList, type RunRow } from '../../api.ts';
import { ask, send, sentenceOf } from './ask.ts';
import { on, onReturn } from './events.ts';

export const folder = signal('');
export const runs = signal<readonly RunRow[]>([]);
export const notes = signal<readonly string[]>([]);
/** Whether folders are still being read for the first time. */
export const isLoading = signal(true);
/** Why they could not be fetched, or what one wrote of a run not kept. */
export const problem = signal<string | null>(null);

export const runsById = computed(() => new Map(runs.value.map((run) => [run.id, run])));

/** Milliseconds until the list is asked for anew while it is being read. */
const readAgain = 1000;

let next: ReturnType<typeof setTimeout> | undefined;

async function load(): Promise<void> {
  clearTimeout(next);
  try {
    const list = await ask<RunList>(paths.runs);
    folder.value = list.folder;
    runs.value = list.runs;
    notes.value = list.notes;
    problem.value = null;
    isLoading.value = list.isReading;
  } catch (error) {
    problem.value = sentenceOf(error);
    isLoading.value = false;
  }
  if (isLoading.value) next = setTimeout(load, readAgain);
}

const replaced = (rows: readonly RunRow[], gone: readonly string[]): RunRow[] => {
  const changed = new Map(rows.map((row) => [row.id, row]));
  const left = new Set(gone);
  const kept = runs.value.filter(({ id }) => !left.has(id)).map((run) => changed.get(run.id) ?? run);
  const fresh = rows.filter(({ id }) => !runsById.value.has(id));
  return [...fresh, ...kept];
};

/** Fetches all, and then hears of changes. */
export function watchRuns(): void {
  on('runs', ({ rows, gone }) => {
    runs.value = replaced(rows, gone);
  });
  onReturn(() => void load());
  void load();
}

/** Keeps what a user says of a run: seen at once, and taken back where the server cannot keep it. */
export async function keep(id: string, change: Partial<Mine>): Promise<void> {
  const before = runsById.value.get(id);
  if (!before) return;
  const show = (mine: Mine): void => {
    const now = runsById.value.get(id);
    if (now) runs.value = replaced([{ ...now, mine }], []);
  };
  show({ ...before.mine, ...change });
  try {
    show(await send<Mine>('PUT', paths.mine(id), change));
    problem.value = null;
  } catch (error) {
    show(before.mine);
    problem.value = sentenceOf(error);
  }
}
