/** What only a distillation can be asked: how student and teacher differ, and why. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { counted } from 'retort/scores';
import { type DiagnosesAnswer, type DiagnosesAsked, paths, type RunDetail } from '../../../api.ts';
import { allDiagnoses } from '../../../diagnoses.ts';
import { send, sentenceOf } from '../../client/ask.ts';
import { useAsked } from '../../client/asked.ts';
import { onRun } from '../../client/events.ts';
import { diagnosisLines } from '../../model/diagnoses.ts';
import { Notice } from '../../parts/notice.tsx';
import { DiagnosisPart } from './diagnosis-part.tsx';

function Of({ answer: { weights, samples, split } }: { answer: DiagnosesAnswer }) {
  if (!weights) return null;
  const epoch = weights.epoch === null ? '' : ` of epoch ${weights.epoch}`;
  const shown =
    samples === null || split === null ? '' : `, on ${counted(samples, 'sample')} of the ${split} split`;
  return (
    <span class="muted">
      Of the {weights.file} weights{epoch}
      {shown}.
    </span>
  );
}

export function Diagnoses({ run: { id, status } }: { run: RunDetail }) {
  const { answer, error, again } = useAsked<DiagnosesAnswer>(paths.diagnoses(id));
  const problem = useSignal<string | null>(null);
  useEffect(() => onRun('diagnoses', id, again), [id, again]);
  const compute = async (asked: DiagnosesAsked): Promise<void> => {
    try {
      answer.value = await send<DiagnosesAnswer>('POST', paths.diagnoses(id), asked);
      problem.value = null;
    } catch (thrown) {
      problem.value = sentenceOf(thrown);
    }
  };
  const found = answer.value;
  const lines = found ? diagnosisLines(found) : [];
  const missing = lines.filter(({ found, work }) => !found && !work).map(({ what }) => what);
  const isAllFound = lines.length > 0 && lines.every(({ found }) => found);
  return (
    <section aria-label="Diagnoses">
      <div class="toolbar">
        <button
          type="button"
          class="is-main"
          disabled={!found || (missing.length === 0 && lines.some(({ work }) => work))}
          onClick={() =>
            void compute(missing.length ? { what: missing } : { what: allDiagnoses, again: true })
          }
        >
          {missing.length === 0 && isAllFound
            ? 'Compute all again'
            : missing.length > 0 && missing.length < lines.length
              ? 'Compute the rest'
              : 'Compute all'}
        </button>
        {found && <Of answer={found} />}
        {status === 'running' && (
          <span class="muted">They wait for the processor, so that the run is not slowed.</span>
        )}
      </div>
      {(error.value ?? problem.value) && <Notice kind="problem">{error.value ?? problem.value}</Notice>}
      <div class="diagnoses">
        {lines.map((line) => (
          <DiagnosisPart
            key={line.what}
            line={line}
            onCompute={() => void compute({ what: [line.what], again: line.found !== null })}
          />
        ))}
      </div>
    </section>
  );
}
