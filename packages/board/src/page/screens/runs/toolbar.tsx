/** Filter, order and what is shown of the table of runs. */
import type { RefObject } from 'preact';
import { counted } from 'retort/scores';
import { picked } from '../../client/picked.ts';
import { folder, isLoading, runs } from '../../client/runs.ts';

import { hrefOf } from '../../model/route.ts';
import { columns, idsOf } from '../../model/table.ts';
import { Check } from '../../parts/check.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { bySeeds, lines, order, sortBy, text, withHidden } from './state.ts';

const shownRuns = (): number => new Set(lines.value.flatMap(idsOf)).size;

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
      <SearchField label="Filter runs" placeholder="Filter: words, #tag, -not" text={text} field={filter} />
      <Check isOn={bySeeds}>Group seeds</Check>
      <Check isOn={withHidden}>Hidden</Check>
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
