/** A row of the table of runs: a run, or runs that differ in nothing but their seed. */
import type { RunRow } from '../../../api.ts';
import { pick, picked } from '../../client/picked.ts';
import { keep } from '../../client/runs.ts';
import { whenText } from '../../model/format.ts';
import { dataText, networkText } from '../../model/network-text.ts';
import { hrefOf } from '../../model/route.ts';
import { metricName, scoreText, spreadText, unitOf } from '../../model/scores.ts';
import { type GroupLine, type Line, scoreOf, seedsText } from '../../model/table.ts';
import { Spark } from '../../parts/spark.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { current, edited, openLine } from './state.ts';

const idsOf = (line: Line): string[] => (line.kind === 'run' ? [line.run.id] : line.runs.map(({ id }) => id));

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

const epochsText = ({ epochsDone, epochsTotal }: RunRow): string =>
  epochsTotal === null ? String(epochsDone) : `${epochsDone}/${epochsTotal}`;

function Score({ run }: { run: RunRow }) {
  if (!run.headline) return null;
  const { metric } = run.headline;
  return (
    <>
      <span class="number">{scoreText(metric, scoreOf(run))}</span>{' '}
      <span class="muted unit">
        {metricName(metric)} {unitOf(metric)}
      </span>
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

const shortened: Readonly<Record<string, (text: string | null) => string>> = {
  teacher: networkText,
  student: networkText,
  data: dataText,
};

const Cell = ({ of, text }: { of: string; text: string | null }) => (
  <div role="gridcell" class={`cell of-${of}`} title={text ?? undefined}>
    {shortened[of]?.(text) ?? text}
  </div>
);

function RunCells({ run }: { run: RunRow }) {
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
        <Score run={run} />
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

/** What all of them say, and nothing where they differ. */
const shared = (runs: readonly RunRow[], of: (run: RunRow) => string | null): string | null => {
  const first = runs[0] && of(runs[0]);
  return first && runs.every((run) => of(run) === first) ? first : null;
};

/** The folder that they share. */
const folderOf = (runs: readonly RunRow[]): string =>
  shared(runs, ({ id }) => id.split('/').slice(0, -1).join('/')) ?? runs[0]?.id ?? '';

function GroupCells({ line }: { line: GroupLine }) {
  const { runs, isOpen, metric, score } = line;
  const running = runs.find(({ status }) => status === 'running') ?? runs[0];
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
      <div role="gridcell" class="cell of-name" title={folderOf(runs)}>
        <button
          type="button"
          class="fold"
          tabIndex={-1}
          aria-expanded={isOpen}
          onClick={() => openLine(line)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <span class="text">{folderOf(runs).split('/').at(-1)}</span>
        </button>
        <span class="muted count">{seedsText(runs)}</span>
      </div>
      <Cell of="method" text={shared(runs, ({ method }) => method)} />
      <Cell of="student" text={shared(runs, ({ student }) => student)} />
      <Cell of="teacher" text={shared(runs, ({ teacher }) => teacher)} />
      <Cell of="data" text={shared(runs, ({ data }) => data)} />
      <Cell of="epochs" text={shared(runs, epochsText)} />
      <div role="gridcell" class="cell of-score">
        {metric && score && (
          <>
            <span class="number">{spreadText(metric, score)}</span>{' '}
            <span class="muted unit">
              {metricName(metric)} {unitOf(metric)}
            </span>
          </>
        )}
      </div>
      <Cell of="started" text={whenText(runs[0]?.started ?? '')} />
      <div role="gridcell" class="cell of-spark">
        <Spark values={running?.spark ?? []} />
      </div>
    </>
  );
}

const classOf = (line: Line): string =>
  line.kind === 'group'
    ? 'is-group'
    : line.isInGroup
      ? 'is-in-group'
      : line.run.mine.isHidden
        ? 'is-hidden'
        : '';

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
