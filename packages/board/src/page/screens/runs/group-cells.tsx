/** The cells of runs that differ in nothing but their seed. */
import type { RunRow } from '../../../api.ts';
import { whenText } from '../../model/format.ts';
import { spreadText } from '../../model/scores.ts';
import { type GroupLine, seedsText } from '../../model/table.ts';
import { Spark } from '../../parts/spark.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { Cell, epochsText, Parent, Score } from './cells.tsx';
import { openLine } from './state.ts';

/** What all of them say, and nothing where they differ. */
const shared = (runs: readonly RunRow[], of: (run: RunRow) => string | null): string | null => {
  const first = runs[0] && of(runs[0]);
  return first && runs.every((run) => of(run) === first) ? first : null;
};

/** The folder that they share. */
const folderOf = (runs: readonly RunRow[]): string =>
  shared(runs, ({ id }) => id.split('/').slice(0, -1).join('/')) ?? runs[0]?.id ?? '';

export function GroupCells({ line }: { line: GroupLine }) {
  const { runs, isOpen, metric, score } = line;
  const running = runs.find(({ status }) => status === 'running') ?? runs[0];
  const folder = folderOf(runs);
  const name = folder.split('/').at(-1) ?? '';
  const same = shared(runs, ({ status }) => status);
  return (
    <>
      <div role="gridcell" class="cell of-status">
        {running && (same || running.status === 'running') ? (
          <StatusMark run={running} />
        ) : (
          <span class="muted">several</span>
        )}
      </div>
      <div role="gridcell" class="cell of-name" title={folder}>
        <button
          type="button"
          class="fold"
          tabIndex={-1}
          aria-expanded={isOpen}
          onClick={() => openLine(line)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <Parent path={folder} name={name} />
          <span class="text">{name}</span>
        </button>
        <span class="muted count">{seedsText(runs)}</span>
      </div>
      <Cell of="method" text={shared(runs, ({ method }) => method)} />
      <Cell of="student" text={shared(runs, ({ student }) => student)} />
      <Cell of="teacher" text={shared(runs, ({ teacher }) => teacher)} />
      <Cell of="data" text={shared(runs, ({ data }) => data)} />
      <Cell of="epochs" text={shared(runs, epochsText)} />
      <div role="gridcell" class="cell of-score">
        {metric && score && <Score metric={metric} text={spreadText(metric, score)} />}
      </div>
      <Cell of="started" text={whenText(runs[0]?.started ?? '')} />
      <div role="gridcell" class="cell of-spark">
        <Spark values={running?.spark ?? []} />
      </div>
    </>
  );
}
