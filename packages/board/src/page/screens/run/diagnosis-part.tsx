/** One diagnosis: what it found, or a button that asks for it. */
import { useMemo } from 'preact/hooks';
import type { Diagnosis, Findings } from '../../../api.ts';
import { type DiagnosisLine, isSilent } from '../../model/diagnoses.ts';
import { capital } from '../../model/format.ts';
import { type Draw, Figure } from '../../parts/figure.tsx';
import { Notice } from '../../parts/notice.tsx';
import { DetectionList } from './detection-list.tsx';
import { DisagreementList } from './disagreement-list.tsx';

function Figures({ found }: { found: Findings }) {
  const key = JSON.stringify(found);
  const draw = useMemo((): Draw => (figures, pen) => figures.diagnosisFigures(found, pen), [key]);
  return <Figure draw={draw} />;
}

const sentence = (text: string): string => `${capital(text)}${/[.!?]$/.test(text) ? '' : '.'}`;

function Found({ found }: { found: Diagnosis }) {
  if (isSilent(found)) return <p class="muted">{sentence(found.silent)}</p>;
  if (found.what === 'disagreements') return <DisagreementList samples={found.samples} />;
  if (found.what === 'detections') return <DetectionList found={found} />;
  return <Figures found={found} />;
}

export function DiagnosisPart({ line, onCompute }: { line: DiagnosisLine; onCompute: () => void }) {
  const { title, says, found, work, error } = line;
  return (
    <section class="diagnosis" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {work ? (
          <span class={`status ${work === 'computing' ? 'is-running' : 'is-waiting'}`} role="status">
            <span aria-hidden="true">{work === 'computing' ? '●' : '○'}</span> {work}
          </span>
        ) : (
          <button type="button" class={found ? 'quiet' : ''} onClick={onCompute}>
            {found ? 'Again' : 'Compute'}
            <span class="unseen">{title}</span>
          </button>
        )}
      </header>
      <p class="muted">{says}</p>
      {error && <Notice kind="problem">{error}</Notice>}
      {found && <Found found={found} />}
      {found && !isSilent(found) && <p class="muted">From {found.from}.</p>}
    </section>
  );
}
