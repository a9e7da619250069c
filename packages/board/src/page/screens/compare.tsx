/** Runs beside one another; those that differ in nothing but their seed are one. */
import { useEffect } from 'preact/hooks';
import type { Comparison } from '../../api.ts';
import { useComparison } from '../client/comparison.ts';
import { picked } from '../client/picked.ts';
import { go } from '../client/route.ts';
import { DifferenceTable } from '../parts/difference-table.tsx';
import { Notice, Remarks } from '../parts/notice.tsx';
import { RunChoice } from '../parts/run-choice.tsx';
import { Costs } from './compare/costs.tsx';
import { Overlaid } from './compare/overlaid.tsx';
import { Scores } from './compare/scores.tsx';

const compare = (ids: readonly string[]): void => go({ screen: 'compare', ids });

function Chosen({ ids }: { ids: readonly string[] }) {
  return (
    <div class="toolbar">
      {ids.map((id) => (
        <span key={id} class="tag">
          {id}
          <button
            type="button"
            class="quiet"
            aria-label={`Without ${id}`}
            onClick={() => compare(ids.filter((other) => other !== id))}
          >
            ✕
          </button>
        </span>
      ))}
      <RunChoice
        key={ids.join()}
        label="Add"
        without={ids}
        value=""
        onChange={(id) => id && compare([...ids, id])}
      />
    </div>
  );
}

function Compared({ comparison }: { comparison: Comparison }) {
  return (
    <>
      <Remarks notes={comparison.notes} />
      <Overlaid comparison={comparison} />
      <Scores comparison={comparison} />
      <Costs comparison={comparison} />
      {comparison.groups.length > 1 && (
        <section aria-label="Differences">
          <h2>What differs</h2>
          <DifferenceTable comparison={comparison} />
        </section>
      )}
    </>
  );
}

export function Compare({ ids }: { ids: readonly string[] }) {
  const { answer, error } = useComparison(ids);
  useEffect(() => {
    picked.value = new Set(ids);
  }, [ids.join()]);
  return (
    <div class="page">
      <h1>Compare</h1>
      <Chosen ids={ids} />
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {ids.length === 0 && (
        <p class="empty">
          Choose runs above, or take them from <a href="./#/">the table of runs</a> with <kbd>x</kbd>.
        </p>
      )}
      {ids.length > 0 &&
        (answer.value ? (
          <Compared comparison={answer.value} />
        ) : (
          !error.value && <p class="muted">The runs are being read…</p>
        ))}
    </div>
  );
}
