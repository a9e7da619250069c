/** How a run stands: a sign of its own beside the word, so that the colour is not needed. */
import type { RunRow, RunStatus } from '../../api.ts';

const signs: Readonly<Record<RunStatus, string>> = {
  running: '●',
  finished: '✓',
  stopped: '◼',
  killed: '✕',
  failed: '!',
  unreadable: '?',
};

const meanings: Readonly<Record<RunStatus, string>> = {
  running: 'It trains.',
  finished: 'It trained to its end.',
  stopped: 'It was stopped, and can be resumed.',
  killed: 'Its process is gone without having said so; it can be resumed.',
  failed: 'It ended with an error.',
  unreadable: 'Its folder cannot be understood.',
};

export function StatusMark({ run }: { run: Pick<RunRow, 'status' | 'elsewhere' | 'problem'> }) {
  const where = run.elsewhere ? ` On ${run.elsewhere}, where its process cannot be seen.` : '';
  return (
    <span class={`status is-${run.status}`} title={`${run.problem ?? meanings[run.status]}${where}`}>
      <span aria-hidden="true">{signs[run.status]}</span> {run.status}
      {run.elsewhere && <span class="muted"> elsewhere</span>}
    </span>
  );
}
