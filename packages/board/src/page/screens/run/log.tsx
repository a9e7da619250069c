/** The last lines that a run wrote. */
import { useEffect } from 'preact/hooks';
import { type LogAnswer, paths, type RunDetail } from '../../../api.ts';
import { useAsked } from '../../client/asked.ts';
import { on } from '../../client/events.ts';
import { Notice } from '../../parts/notice.tsx';

const mostLines = 500;

export function Log({ run: { id } }: { run: RunDetail }) {
  const { answer, error, again } = useAsked<LogAnswer>(`${paths.log(id)}?tail=${mostLines}`);
  useEffect(
    () =>
      on('series', (event) => {
        if (event.id === id) again();
      }),
    [id, again],
  );
  const lines = answer.value?.lines;
  return (
    <section aria-label="Log">
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {lines?.length === 0 && <p class="muted">The log is empty.</p>}
      {!!lines?.length && (
        <pre class="log" role="region" tabIndex={0} aria-label={`The last ${lines.length} lines`}>
          {lines.join('\n')}
        </pre>
      )}
    </section>
  );
}
