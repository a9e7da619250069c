/** Settings, inputs and versions that are not the same in several runs. */
import { type Comparison, paths } from '../../../api.ts';
import { useAsked } from '../../client/asked.ts';
import { DifferenceTable } from '../../parts/difference-table.tsx';
import { Notice } from '../../parts/notice.tsx';

export function Differences({ ids }: { ids: readonly string[] }) {
  const { answer, error } = useAsked<Comparison>(
    `${paths.compare}?${new URLSearchParams({ ids: ids.join(',') })}`,
  );
  const comparison = answer.value;
  return (
    <>
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {comparison &&
        (comparison.groups.length < 2 ? (
          <p>They differ in nothing but their seed.</p>
        ) : (
          <DifferenceTable comparison={comparison} />
        ))}
    </>
  );
}
