/** Settings, inputs and versions that are not the same in several runs. */
import { useComparison } from '../../client/comparison.ts';
import { DifferenceTable } from '../../parts/difference-table.tsx';
import { Notice } from '../../parts/notice.tsx';

export function Differences({ ids }: { ids: readonly string[] }) {
  const { answer, error } = useComparison(ids);
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
