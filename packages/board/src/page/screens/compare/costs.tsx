/** What students cost against how good they are. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Comparison, Cost } from '../../../api.ts';
import { shortCount } from '../../model/format.ts';
import { metricName, scoreShown, unitOf } from '../../model/scores.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Figure } from '../../parts/figure.tsx';

const measures = {
  parameters: 'parameters',
  multiplyAdds: 'multiply-adds of a sample',
  latencyMs: 'latency, ms',
} as const;
type Measure = keyof typeof measures;
const names = Object.keys(measures) as Measure[];

function Points({
  costs,
  measure,
  metric,
  better,
}: {
  costs: readonly Cost[];
  measure: Measure;
  metric: string;
  better: 'higher' | 'lower';
}) {
  const key = JSON.stringify([costs, measure]);
  const draw = useMemo((): Parameters<typeof Figure>[0]['draw'] => {
    const unit = unitOf(metric);
    const points = costs.flatMap(({ group, score, [measure]: cost }) =>
      cost === null || score === null || cost <= 0
        ? []
        : [{ name: group, cost, score: unit ? 100 * score : score }],
    );
    return async (figures, pen) => {
      const front = figures.paretoFront(points, better);
      const svg = await figures.costFigure(
        {
          points: points.map((point, i) => ({ ...point, isOnFront: front[i] ?? false })),
          cost: measures[measure],
          score: `${metricName(metric)} ${unit}`,
        },
        pen,
      );
      return [{ svg, caption: 'dashed: none of the others is better for less (the Pareto front)' }];
    };
  }, [key]);
  return <Figure draw={draw} />;
}

export function Costs({ comparison: { cost, headline } }: { comparison: Comparison }) {
  const known = names.filter((name) => cost.some((one) => one[name] !== null && one.score !== null));
  const chosen = useSignal<Measure>('parameters');
  const measure = known.includes(chosen.value) ? chosen.value : known[0];
  if (!headline || !measure) return null;
  return (
    <section aria-label="Cost">
      <h2>Cost against {metricName(headline.metric)}</h2>
      <fieldset class="choices">
        <legend class="unseen">Cost</legend>
        {known.map((name) => (
          <label key={name} class="check">
            <input
              type="radio"
              name="measure"
              checked={name === measure}
              onChange={() => {
                chosen.value = name;
              }}
            />
            {measures[name]}
          </label>
        ))}
      </fieldset>
      <Points costs={cost} measure={measure} metric={headline.metric} better={headline.better} />
      <DataTable
        caption="Cost"
        head={['', ...known.map((name) => measures[name]), metricName(headline.metric)]}
        rows={cost.map((one) => [
          one.group,
          ...known.map((name) => shortCount(one[name])),
          scoreShown(headline.metric, one.score),
        ])}
        isNumeric
      />
    </section>
  );
}
