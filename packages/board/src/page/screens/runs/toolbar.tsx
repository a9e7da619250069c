/** Filter, order and what is shown of the table of runs. */
import type { RefObject } from 'preact';
import { counted } from 'retort/scores';
import { picked } from '../../client/picked.ts';
import { folder, isLoading, runs } from '../../client/runs.ts';

import { hrefOf } from '../../model/route.ts';
import { columns } from '../../model/table.ts';
import { bySeeds, lines, order, sortBy, text, withHidden } from './state.ts';

const shownRuns = (): number =>
  new Set(
    lines.value.flatMap((line) => (line.kind === 'run' ? [line.run.id] : line.runs.map(({ id }) => id))),
  ).size;

function Counts() {
  const [shown, all] = [shownRuns(), runs.value.length];
  const words = shown === all ? counted(all, 'run') : `${shown} of ${counted(all, 'run')}`;
  return (
    <span class="muted counts" role="status">
      {words}
      {isLoading.value && <>, and more are being read</>}
      {folder.value && <> in {folder.value}</>}
    </span>
  );
}

export function Toolbar({ filter }: { filter: RefObject<HTMLInputElement | null> }) {
  return (
    <div class="toolbar">
      <input
        ref={filter}
        type="search"
        aria-label="Filter runs"
        placeholder="Filter: words, #tag, -not"
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={bySeeds.value}
          onChange={({ currentTarget }) => {
            bySeeds.value = currentTarget.checked;
          }}
        />
        Group seeds
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={withHidden.value}
          onChange={({ currentTarget }) => {
            withHidden.value = currentTarget.checked;
          }}
        />
        Hidden
      </label>
      <span class="order">
        <select
          aria-label="Sort by"
          value={order.value.column}
          onChange={({ currentTarget }) => {
            const column = columns.find((column) => column === currentTarget.value);
            if (column) sortBy(column);
          }}
        >
          {columns.map((column) => (
            <option key={column} value={column}>
              {column}
            </option>
          ))}
        </select>
        <button type="button" aria-label="The other way around" onClick={() => sortBy(order.value.column)}>
          {order.value.isDown ? '↓' : '↑'}
        </button>
      </span>
      <Counts />
      {picked.value.size > 0 && (
        <span class="picked">
          <button
            type="button"
            class="quiet"
            onClick={() => {
              picked.value = new Set();
            }}
          >
            None
          </button>
          <a class="button is-main" href={hrefOf({ screen: 'compare', ids: [...picked.value] })}>
            Compare {picked.value.size}
          </a>
        </span>
      )}
    </div>
  );
}
