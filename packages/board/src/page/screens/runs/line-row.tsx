/** A row of the table of runs: a run, or runs that differ in nothing but their seed. */
import { pick, picked } from '../../client/picked.ts';
import { idsOf, type Line } from '../../model/table.ts';
import { GroupCells } from './group-cells.tsx';
import { RunCells } from './run-cells.tsx';
import { current, openLine } from './state.ts';

function Pick({ line }: { line: Line }) {
  const ids = idsOf(line);
  const name = line.kind === 'run' ? line.run.id : `all ${ids.length} seeds`;
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      aria-label={`Compare ${name}`}
      checked={ids.every((id) => picked.value.has(id))}
      onChange={({ currentTarget }) => pick(ids, currentTarget.checked)}
    />
  );
}

function classOf(line: Line): string {
  if (line.kind === 'group') return '';
  if (line.isInGroup) return 'is-in-group';
  return line.run.mine.isHidden ? 'is-hidden' : '';
}

export function LineRow({
  line,
  at,
  top,
  isCurrent,
}: {
  line: Line;
  at: number;
  top: number;
  isCurrent: boolean;
}) {
  return (
    <div
      role="row"
      class={`row ${classOf(line)}`}
      data-key={line.key}
      tabIndex={isCurrent ? 0 : -1}
      aria-rowindex={at + 2}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => {
        current.value = line.key;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) openLine(line);
      }}
    >
      <div role="gridcell" class="cell of-pick">
        <Pick line={line} />
      </div>
      {line.kind === 'run' ? <RunCells run={line.run} /> : <GroupCells line={line} />}
    </div>
  );
}
