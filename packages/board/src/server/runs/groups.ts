/** Runs that differ in nothing but their seed. */
import { alike, groupName } from 'retort/runs';
import type { RunGroup, RunRow } from '../../api.ts';
import type { Entry } from './index-file.ts';

/** The group of each run, by its id; one that is unreadable has none. */
export function groupsById(entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, string> {
  const known = [...entries].flatMap(([id, { facts }]) => (facts.keys ? [{ id, keys: facts.keys }] : []));
  return new Map(
    alike(known, ({ keys }) => keys).flatMap((runs) => {
      const { settings = '', contents = '' } =
        runs.find(({ keys }) => keys.contents !== null)?.keys ?? runs[0]?.keys ?? {};
      return runs.map(({ id }) => [id, `${settings.slice(0, 16)}${(contents ?? '').slice(0, 8)}`] as const);
    }),
  );
}

/** Those of two runs and more. */
export function groupsOf(runs: readonly RunRow[]): RunGroup[] {
  const groups = Map.groupBy(
    runs.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  return [...groups].flatMap(([group, of]) => {
    const ids = of.map(({ id }) => id).sort();
    return ids.length > 1 ? [{ group, name: groupName(ids), ids }] : [];
  });
}
