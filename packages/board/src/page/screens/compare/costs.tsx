/** What students cost against how good they are. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Comparison, Cost } from '../../../api.ts';
import { type Measure, measuresOf } from '../../model/costs.ts';
import { metricName, scoreShown, unitOf } from '../../model/scores.ts';
import { Copied } from '../../parts/copied.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { type Draw, Figure } from '../../parts/figure.tsx';

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
  const { name, conditions, of } = measure;
  const key = JSON.stringify([costs, name]);
  const draw = useMemo((): Draw => {
    const unit = unitOf(metric);
    const points = costs.flatMap((one) => {
      const [cost, { score }] = [of(one), one];
      if (cost === null || score === null || cost <= 0) return [];
      return [{ name: one.group, cost, score: unit ? 100 * score : score }];
    });
    const left = costs.filter((one) => of(one) === null).map(({ group }) => group);
    return async (figures, pen) => {
      if (points.length === 0) return [];
      const front = figures.paretoFront(points, better);
      const svg = await figures.costFigure(
        {
          points: points.map((point, i) => ({ ...point, isOnFront: front[i] ?? false })),
          ...{ cost: name, score: `${metricName(metric)} ${unit}` },
        },
        pen,
      );
      const caption = [
        'named are those that none of the others beats in both (the Pareto front)',
        ...(conditions === null ? [] : [`measured on ${conditions}`]),
        ...(left.length === 0 ? [] : [`not known of ${left.join(', ')}`]),
      ];
      return [{ svg, caption: caption.join('; ') }];
    };
  }, [key]);
  return <Figure draw={draw} />;
}

/** How latencies come here. */
function HowMeasured({ command, isAny }: { command: string; isAny: boolean }) {
  return (
    <>
      <p class="muted">
        {isAny
          ? 'No place has the latency of all of them. This measures it in one:'
          : 'Latency was not measured. This measures it, on the machine where it is run:'}
      </p>
      <Copied text={command} what="the command that measures latency" />
    </>
  );
}

export function Costs({ comparison: { cost, headline, measureCommand } }: { comparison: Comparison }) {
  const measures = measuresOf(cost);
  const chosen = useSignal('');
  const measure = measures.find(({ name }) => name === chosen.value) ?? measures[0];
  if (!headline || !measure) return null;
  const latencies = measures.filter(({ conditions }) => conditions !== null);
  return (
    <section aria-label="Cost">
      <h2>Cost against {metricName(headline.metric)}</h2>
      <fieldset class="choices">
        <legend class="unseen">Cost</legend>
        {measures.map(({ name }) => (
          <label key={name} class="check">
            <input
              type="radio"
              name="measure"
              checked={name === measure.name}
              onChange={() => {
                chosen.value = name;
              }}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <Points costs={cost} measure={measure} metric={headline.metric} better={headline.better} />
      <DataTable
        caption="Cost"
        head={['', ...measures.map(({ name }) => name), metricName(headline.metric)]}
        rows={cost.map((one) => [
          one.group,
          ...measures.map(({ of, text }) => text(of(one))),
          scoreShown(headline.metric, one.score),
        ])}
        isNumeric
      />
      {latencies.map(({ name, conditions }) => (
        <p key={name} class="muted">
          {name.replace(', ms', '')}: the median for one sample on {conditions}
        </p>
      ))}
      {measureCommand !== null && <HowMeasured command={measureCommand} isAny={latencies.length > 0} />}
    </section>
  );
}
