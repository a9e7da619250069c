/** All numbers of a run as curves. */
import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { RunDetail, SeriesAnswer } from '../../../api.ts';
import { lineStyle } from '../../charts/colours.ts';
import { CurveChart, type Range } from '../../charts/curve-chart.tsx';
import type { ChartLine } from '../../charts/lines.ts';
import { isLog, smoothing } from '../../client/curve-settings.ts';
import { useSeries } from '../../client/series.ts';
import { isDark } from '../../client/theme.ts';
import { type Chart, chartsOf } from '../../model/charts.ts';
import { CurveTools } from '../../parts/curve-tools.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Stacked } from './stacked.tsx';

const linesOf = (chart: Chart, answer: SeriesAnswer, isDark: boolean): ChartLine[] =>
  chart.series.flatMap(({ name, label }, i) => {
    const series = answer.series.find((series) => series.name === name);
    return series ? [{ key: name, label, style: lineStyle(i, isDark), x: series.x, y: series.y }] : [];
  });

function OneChart({
  chart,
  answer,
  ...place
}: {
  chart: Chart;
  answer: SeriesAnswer;
  range: Range | null;
  extent: Range | null;
  onRange: (range: Range | null) => void;
}) {
  const dark = isDark.value;
  const lines = useMemo(() => linesOf(chart, answer, dark), [chart, answer, dark]);
  const options = useMemo(
    () => ({
      ...{ isDark: dark, isLog: isLog.value, isShare: chart.isShare },
      ...{ unit: answer.unit, smoothing: smoothing.value, together: 'run' },
    }),
    [dark, isLog.value, smoothing.value, chart.isShare, answer.unit],
  );
  return lines.length ? <CurveChart title={chart.title} lines={lines} options={options} {...place} /> : null;
}

function extentOf({ series }: SeriesAnswer): Range | null {
  const ends = series.flatMap(({ x }) => [x[0], x.at(-1)]).filter((at) => at !== undefined);
  return ends.length ? { from: Math.min(...ends), to: Math.max(...ends) } : null;
}

export function Curves({ run }: { run: RunDetail }) {
  const text = useSignal('');
  const range = useSignal<Range | null>(null);
  const extent = useRef<Range | null>(null);
  const form = JSON.stringify([run.scalars, run.terms]);
  const charts = useMemo(() => chartsOf(run, text.value), [form, text.value]);
  const names = useMemo(
    () => chartsOf(run, '').flatMap(({ series }) => series.map(({ name }) => name)),
    [form],
  );
  const asked = useMemo(() => [{ id: run.id, names }], [run.id, names]);
  const { answers, error } = useSeries(asked, range.value);
  const answer = answers.value.get(run.id);
  if (answer && range.value === null) extent.current = extentOf(answer);
  const zoom = (next: Range | null): void => {
    range.value = next;
  };
  if (!run.scalars.length) return <p class="muted">No number has been logged yet.</p>;
  return (
    <section aria-label="Curves">
      <CurveTools text={text} />
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {charts.length === 0 && <p>No series matches.</p>}
      <div class="charts">
        {answer &&
          charts.map((chart) => (
            <OneChart
              key={chart.key}
              {...{ chart, answer, range: range.value, extent: extent.current, onRange: zoom }}
            />
          ))}
      </div>
      <Stacked run={run} />
    </section>
  );
}
