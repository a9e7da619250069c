/** The name of a run, how it stands, and where to go from it. */
import { useMemo } from 'preact/hooks';
import type { RunDetail, RunRow } from '../../../api.ts';
import { edited } from '../../client/edited.ts';
import { useKeys } from '../../client/keys.ts';
import { go } from '../../client/route.ts';
import { keep } from '../../client/runs.ts';
import { capital } from '../../model/format.ts';
import { hrefOf, runTabs } from '../../model/route.ts';
import { NoteDialog } from '../../parts/note-dialog.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';

const letters = { curves: 'u', recipe: 'r', diagnoses: 'd', log: 'l' } as const;

const edit = (id: string): void => {
  edited.value = id;
};

export function RunHead({ id, run, row }: { id: string; run: RunDetail | null; row: RunRow | undefined }) {
  const shown = row ?? run;
  const isExported = !!run?.exported;
  const isPinned = row?.mine.isPinned ?? false;
  const keys = useMemo(
    () => [
      ...runTabs.map((tab) => ({
        key: letters[tab],
        says: `${capital(tab)} of the run`,
        press: () => go({ screen: 'run', id, tab }),
      })),
      { key: 'c', says: 'Compare it with others', press: () => go({ screen: 'compare', ids: [id] }) },
      {
        key: 't',
        says: 'Try it in the playground',
        press: () => (isExported ? go({ screen: 'playground', id }) : false),
      },
      { key: 'p', says: 'Pin it, or unpin it', press: () => void keep(id, { isPinned: !isPinned }) },
      { key: 'e', says: 'Tags and note', press: () => edit(id) },
    ],
    [id, isExported, isPinned],
  );
  useKeys(keys);
  return (
    <header class="run-head">
      <p class="crumbs">
        <a href={hrefOf({ screen: 'runs' })}>Runs</a>{' '}
        <span class="muted">/ {id.split('/').slice(0, -1).join(' / ')}</span>
      </p>
      <h1>
        {shown?.name ?? id} {shown && <StatusMark run={shown} />}
      </h1>
      <div class="actions">
        {row && (
          <button
            type="button"
            aria-pressed={isPinned}
            onClick={() => void keep(id, { isPinned: !isPinned })}
          >
            {isPinned ? '★ Pinned' : '☆ Pin'}
          </button>
        )}
        {row && (
          <button type="button" onClick={() => edit(id)}>
            Tags and note
          </button>
        )}
        <a class="button" href={hrefOf({ screen: 'compare', ids: [id] })}>
          Compare
        </a>
        {isExported && (
          <a class="button" href={hrefOf({ screen: 'playground', id })}>
            Playground
          </a>
        )}
      </div>
      {row && (row.mine.tags.length > 0 || row.mine.note) && (
        <p class="muted mine">{[...row.mine.tags.map((tag) => `#${tag}`), row.mine.note].join(' ')}</p>
      )}
      {edited.value === id && <NoteDialog id={id} />}
    </header>
  );
}
