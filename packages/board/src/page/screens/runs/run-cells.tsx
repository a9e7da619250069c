/** The cells of a run. */
import type { RunRow } from '../../../api.ts';
import { edited } from '../../client/edited.ts';
import { keep } from '../../client/runs.ts';
import { whenText } from '../../model/format.ts';
import { hrefOf } from '../../model/route.ts';
import { scoreText } from '../../model/scores.ts';
import { scoreOf } from '../../model/table.ts';
import { Spark } from '../../parts/spark.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { Cell, epochsText, Parent, Score } from './cells.tsx';

function Actions({ run }: { run: RunRow }) {
  const { isPinned, isHidden } = run.mine;
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        aria-pressed={isPinned}
        aria-label={`Pin ${run.id}`}
        title="Pin (p)"
        onClick={() => void keep(run.id, { isPinned: !isPinned })}
      >
        {isPinned ? '★' : '☆'}
      </button>
      <button
        type="button"
        tabIndex={-1}
        aria-label={`Tags and note of ${run.id}`}
        title="Tags and note (e)"
        onClick={() => {
          edited.value = run.id;
        }}
      >
        ✎
      </button>
      <button
        type="button"
        tabIndex={-1}
        aria-pressed={isHidden}
        aria-label={`Hide ${run.id}`}
        title="Hide (h)"
        onClick={() => void keep(run.id, { isHidden: !isHidden })}
      >
        {isHidden ? '◌' : '⊘'}
      </button>
    </>
  );
}

function Name({ run }: { run: RunRow }) {
  return (
    <>
      {run.mine.isPinned && (
        <span class="pin" title="Pinned">
          ★{' '}
        </span>
      )}
      <Parent path={run.id} name={run.name} />
      <a href={hrefOf({ screen: 'run', id: run.id, tab: 'curves' })} tabIndex={-1}>
        {run.name}
      </a>
      {run.mine.tags.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
      {run.mine.note && (
        <span class="muted note" title={run.mine.note}>
          {run.mine.note}
        </span>
      )}
      {run.problem && <span class="problem-text">{run.problem}</span>}
    </>
  );
}

export function RunCells({ run }: { run: RunRow }) {
  const metric = run.headline?.metric;
  return (
    <>
      <div role="gridcell" class="cell of-status">
        <StatusMark run={run} />
      </div>
      <div role="gridcell" class="cell of-name" title={run.id}>
        <Name run={run} />
      </div>
      <Cell of="method" text={run.method ?? run.recipe} />
      <Cell of="student" text={run.student} />
      <Cell of="teacher" text={run.teacher} />
      <Cell of="data" text={run.data} />
      <Cell of="epochs" text={epochsText(run)} />
      <div role="gridcell" class="cell of-score">
        {metric !== undefined && <Score metric={metric} text={scoreText(metric, scoreOf(run))} />}
      </div>
      <Cell of="started" text={whenText(run.started)} />
      <div role="gridcell" class="cell of-spark">
        <Spark values={run.spark} />
        <div class="of-actions">
          <Actions run={run} />
        </div>
      </div>
    </>
  );
}
