/** The likeliest classes, with how likely they are. */
import type { LikelyClass } from '../../api.ts';

export function Answers({
  title,
  answers,
  right,
}: {
  title: string;
  answers: readonly LikelyClass[];
  /** The class that is right, where it is known. */
  right?: string | null;
}) {
  return (
    <div class="answers">
      <h3>{title}</h3>
      <ol>
        {answers.map(({ name, probability }, i) => (
          <li key={i}>
            <span class="name">
              {name}
              {right === name && (
                <span class="right" title="It is right">
                  {' '}
                  ✓<span class="unseen"> right</span>
                </span>
              )}
            </span>
            <span class="number">{(100 * probability).toFixed(1)} %</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${100 * probability}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
