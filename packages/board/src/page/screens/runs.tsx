/** All runs in a table. */
import { useMemo, useRef } from 'preact/hooks';
import { edited } from '../client/edited.ts';
import { useKeys } from '../client/keys.ts';
import { pick, picked } from '../client/picked.ts';
import { go } from '../client/route.ts';
import { folder, isLoading, keep, notes, problem, runs } from '../client/runs.ts';
import { idsOf, type Line } from '../model/table.ts';
import { NoteDialog } from '../parts/note-dialog.tsx';
import { Notice, Remarks } from '../parts/notice.tsx';
import { Grid, type GridHandle } from './runs/grid.tsx';
import { bySeeds, current, currentAt, lines, openGroup, withHidden } from './runs/state.ts';
import { Toolbar } from './runs/toolbar.tsx';

const now = (): Line | undefined => lines.value[currentAt.value];
const runNow = () => {
  const line = now();
  return line?.kind === 'run' ? line.run : null;
};

export function Runs() {
  const grid = useRef<GridHandle>(null);
  const filter = useRef<HTMLInputElement>(null);
  const keys = useMemo(() => {
    const move = (by: number): void => {
      const from = current.value === null ? -1 : currentAt.value;
      grid.current?.focusLine(Math.max(0, Math.min(lines.value.length - 1, from + by)));
    };
    const mine = (change: 'isPinned' | 'isHidden') => {
      const run = runNow();
      if (run) void keep(run.id, { [change]: !run.mine[change] });
    };
    const open = (isOpen: boolean) => () => {
      const line = now();
      if (line?.kind !== 'group' || line.isOpen === isOpen) return false;
      openGroup(line.key, isOpen);
      return true;
    };
    return [
      { key: '/', says: 'Filter', press: () => filter.current?.focus() },
      { key: 'j', also: 'ArrowDown', says: 'Next line', shown: 'j ↓', press: () => move(1) },
      { key: 'k', also: 'ArrowUp', says: 'Line before', shown: 'k ↑', press: () => move(-1) },
      {
        key: 'x',
        says: 'Take the line into the comparison',
        press: () => {
          const line = now();
          if (!line) return;
          const ids = idsOf(line);
          pick(ids, !ids.every((id) => picked.value.has(id)));
        },
      },
      {
        key: 'c',
        says: 'Compare what was taken',
        press: () => go({ screen: 'compare', ids: [...picked.value] }),
      },
      { key: 'ArrowRight', says: 'Open a group of seeds', shown: '→', press: open(true) },
      { key: 'ArrowLeft', says: 'Close it', shown: '←', press: open(false) },
      { key: 'p', says: 'Pin the run, or unpin it', press: () => mine('isPinned') },
      { key: 'h', says: 'Hide the run, or show it', press: () => mine('isHidden') },
      {
        key: 'e',
        says: 'Tags and note of the run',
        press: () => {
          edited.value = runNow()?.id ?? null;
        },
      },
      {
        key: 's',
        says: 'Seeds in groups, or each run by itself',
        press: () => {
          bySeeds.value = !bySeeds.value;
        },
      },
      {
        key: 'a',
        says: 'Hidden runs too, or not',
        press: () => {
          withHidden.value = !withHidden.value;
        },
      },
    ];
  }, []);
  useKeys(keys);
  return (
    <div class="runs">
      <h1 class="unseen">Runs</h1>
      <Toolbar filter={filter} />
      {problem.value && <Notice kind="problem">{problem.value}</Notice>}
      <Remarks notes={notes.value} />
      <Grid ref={grid} />
      {lines.value.length === 0 && <Nothing />}
      {edited.value !== null && <NoteDialog id={edited.value} />}
    </div>
  );
}

function Nothing() {
  if (isLoading.value) return <p class="empty muted">Runs are being read…</p>;
  if (runs.value.length)
    return (
      <p class="empty">
        No run matches. Words are looked for in all that is known of a run; -word leaves out.
      </p>
    );
  return (
    <p class="empty">
      There is no run yet. One appears here as it begins, e.g. by{' '}
      <code>
        npx retort train --model resnet8 --data fashion-mnist --train-images 3000 --epochs 3 --out{' '}
        {folder.value || 'runs'}/first
      </code>
    </p>
  );
}
