/** Runs compared by the server, and compared anew as they go on. */
import { useEffect, useRef } from 'preact/hooks';
import { type Comparison, paths } from '../../api.ts';
import { type Asked, useAsked } from './asked.ts';
import { onReturn } from './events.ts';
import { runs, runsById } from './runs.ts';

/** It is asked for no more often, in milliseconds. */
const pause = 1000;

/** How far the runs are, with their other seeds. */
function standOf(ids: readonly string[]): string {
  const groups = new Set(ids.map((id) => runsById.value.get(id)?.group));
  const compared = runs.value.filter(({ id, group }) => (group && groups.has(group)) || ids.includes(id));
  return compared.map(({ id, status, epochsDone }) => `${id} ${status} ${epochsDone}`).join();
}

/** @param ids  of runs; of none nothing is asked */
export function useComparison(ids: readonly string[]): Asked<Comparison> {
  const asked = useAsked<Comparison>(
    ids.length ? `${paths.compare}?${new URLSearchParams({ ids: ids.join(',') })}` : null,
  );
  const { again } = asked;
  const stand = standOf(ids);
  const before = useRef(stand);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (before.current === stand) return;
    before.current = stand;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      again();
    }, pause);
  }, [stand, again]);
  useEffect(() => {
    const stop = onReturn(again);
    return () => {
      stop();
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [again]);
  return asked;
}
