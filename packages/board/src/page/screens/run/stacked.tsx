/** What the loss of a run is added up of; drawn where somebody opens it. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { paths, type RunDetail, type SeriesAnswer } from '../../../api.ts';
import { useAsked } from '../../client/asked.ts';
import { onRun } from '../../client/events.ts';
import { stackedOf } from '../../model/stacked.ts';
import { type Draw, Figure } from '../../parts/figure.tsx';
import { Notice } from '../../parts/notice.tsx';

/** All epochs, so that terms have the same ones: the server leaves out others of each. */
const points = 20_000;

function Drawn({ id, names }: { id: string; names: readonly string[] }) {
  const query = new URLSearchParams({ names: names.join(','), points: String(points) });
  const { answer, error, again } = useAsked<SeriesAnswer>(`${paths.series(id)}?${query}`);
  useEffect(() => onRun('series', id, again), [id, again]);
  const key = answer.value && JSON.stringify(stackedOf(answer.value));
  const draw = useMemo((): Draw | null => {
    if (key === null) return null;
    return async (figures, pen) => [
      {
        svg: await figures.stackedTerms(JSON.parse(key), pen),
        caption: 'terms above one another, each times its weight, as means over an epoch',
      },
    ];
  }, [key]);
  if (error.value) return <Notice kind="problem">{error.value}</Notice>;
  return draw && <Figure draw={draw} />;
}

export function Stacked({ run: { id, terms, scalars } }: { run: RunDetail }) {
  const isOpen = useSignal(false);
  const names = terms.filter((term) => scalars.includes(term));
  if (names.length < 2) return null;
  return (
    <details
      class="stacked"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>What the loss is added up of</summary>
      {isOpen.value && <Drawn id={id} names={names} />}
    </details>
  );
}
