/** The samples on which student and teacher are furthest apart. */
import type { Disagreement } from '../../../api.ts';
import { Answers } from '../../parts/answers.tsx';

const isPicture = (text: string): boolean => /^data:image\/png;base64,[A-Za-z0-9+/=]+$/.test(text);

const titleOf = ({ name, index, label }: Disagreement): string =>
  `${name ?? `sample ${index}`}${label === null ? '' : `, ${label}`}`;

export function DisagreementList({ samples }: { samples: readonly Disagreement[] }) {
  if (samples.length === 0) return <p class="muted">They disagree on nothing.</p>;
  return (
    <ol class="disagreements" tabIndex={0} aria-label="Samples, those furthest apart first">
      {samples.map((sample) => (
        <li key={sample.index}>
          {sample.picture !== null && isPicture(sample.picture) && (
            <img src={sample.picture} alt={titleOf(sample)} />
          )}
          {sample.text !== null && <blockquote>{sample.text}</blockquote>}
          <p>
            <strong>{sample.label ?? 'without label'}</strong>{' '}
            <span class="muted">
              {sample.name ?? `#${sample.index}`}, {sample.divergence.toFixed(2)} nats
            </span>
          </p>
          <Answers
            title="Student"
            answers={sample.student.map((one) => ({ ...one, name: one.class }))}
            right={sample.label}
          />
          <Answers
            title="Teacher"
            answers={sample.teacher.map((one) => ({ ...one, name: one.class }))}
            right={sample.label}
          />
        </li>
      ))}
    </ol>
  );
}
