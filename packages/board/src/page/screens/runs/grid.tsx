/** The table of runs, of which only the rows in sight are there. */
import { useSignal } from '@preact/signals';
import { forwardRef } from 'preact/compat';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'preact/hooks';
import { type Column, columns } from '../../model/table.ts';
import { rowsSeen, scrollTo } from '../../model/window.ts';
import { LineRow } from './line-row.tsx';
import { current, currentAt, lines, order, sortBy } from './state.ts';

export interface GridHandle {
  focusLine(at: number): void;
}

/** As the style sheet has it, where rows are as narrow as a phone and where they are not. */
const narrow = matchMedia('(max-width: 700px)');
const rowHeight = () => (narrow.matches ? 92 : 40);

const titles: Readonly<Record<Column, string>> = {
  status: 'Status',
  name: 'Run',
  method: 'Method',
  student: 'Student',
  teacher: 'Teacher',
  data: 'Data',
  epochs: 'Epochs',
  score: 'Score',
  started: 'Started',
};

function Heading({ column }: { column: Column }) {
  const { column: sorted, isDown } = order.value;
  const isSorted = sorted === column;
  return (
    <div
      role="columnheader"
      class={`cell of-${column}`}
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" onClick={() => sortBy(column)}>
        {titles[column]}
        <span aria-hidden="true">{isSorted ? (isDown ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </div>
  );
}

function Head() {
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        <div role="columnheader" class="cell of-pick">
          <span class="unseen">Compare</span>
        </div>
        {columns.map((column) => (
          <Heading key={column} column={column} />
        ))}
        <div role="columnheader" class="cell of-spark">
          <span class="unseen">Over epochs</span>
        </div>
      </div>
    </div>
  );
}

export const Grid = forwardRef<GridHandle>(function Grid(_, handle) {
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useSignal({ top: 0, height: 800, rowHeight: rowHeight() });
  const wanted = useRef<string | null>(null);

  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 800 } = scroller.current ?? {};
    seen.value = { top: scrollTop, height: clientHeight, rowHeight: rowHeight() };
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (scroller.current) observer.observe(scroller.current);
    narrow.addEventListener('change', measure);
    return () => {
      observer.disconnect();
      narrow.removeEventListener('change', measure);
    };
  }, []);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector(`[data-key="${CSS.escape(wanted.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  useImperativeHandle(handle, () => ({
    focusLine(at) {
      const line = lines.value[at];
      const place = scroller.current;
      if (!line || !place) return;
      current.value = line.key;
      wanted.current = line.key;
      const head = place.querySelector('.head')?.clientHeight ?? 0;
      place.scrollTop = scrollTo(at, {
        rowHeight: rowHeight(),
        top: place.scrollTop,
        height: place.clientHeight - head,
      });
      measure();
    },
  }));

  const { rowHeight: each } = seen.value;
  const { from, to } = rowsSeen({ rows: lines.value.length, ...seen.value });
  const at = currentAt.value;
  return (
    <div class="grid" ref={scroller} onScroll={measure}>
      <div role="grid" aria-label="Runs" aria-rowcount={lines.value.length + 1}>
        <Head />
        <div role="rowgroup" class="body" style={{ height: `${lines.value.length * each}px` }}>
          {lines.value.slice(from, to).map((line, i) => (
            <LineRow
              key={line.key}
              line={line}
              at={from + i}
              top={(from + i) * each}
              isCurrent={from + i === at}
            />
          ))}
        </div>
      </div>
    </div>
  );
});
