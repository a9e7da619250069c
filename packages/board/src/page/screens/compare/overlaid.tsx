/** Curves of several runs in the same charts: each by itself, or the mean of a group with its spread. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { counted } from 'retort/scores';
import type { ComparedGroup, Comparison, SeriesAnswer } from '../../../api.ts';
import { lineStyle } from '../../charts/colours.ts';
import { CurveChart, type Range } from '../../charts/curve-chart.tsx';
import type { ChartLine } from '../../charts/lines.ts';
import { isLog, smoothing } from '../../client/curve-settings.ts';
import { kept } from '../../client/kept.ts';
import { useSeries } from '../../client/series.ts';
import { isDark } from '../../client/theme.ts';
import { bandOf } from '../../model/bands.ts';
import { curveOf, drawnOf, namesOf, seriesFirst, seriesOffered } from '../../model/compared-series.ts';
import { unitOf } from '../../model/scores.ts';
import { Check } from '../../parts/check.tsx';
import { CurveTools } from '../../parts/curve-tools.tsx';
import { Notice } from '../../parts/notice.tsx';
import { SeriesChoice } from './series-choice.tsx';

const asMeans = kept<boolean>('means', true);
type Answers = ReadonlyMap<string, SeriesAnswer>;

interface Form {
  readonly isDark: boolean;
  readonly byEpoch: boolean;
  readonly asMeans: boolean;
}

function linesOf(tag: string, groups: readonly ComparedGroup[], answers: Answers, form: Form): ChartLine[] {
  return groups.flatMap(({ name, ids }, i): ChartLine[] => {
    const style = lineStyle(i, form.isDark);
    const curves = ids.flatMap((id) => {
      const answer = answers.get(id);
      const curve = answer && curveOf(tag, answer, form.byEpoch);
      return curve ? [{ id, ...curve }] : [];
    });
    if (form.asMeans && curves.length > 1) {
      const band = bandOf(curves);
      return [{ key: name, label: `${name} (${curves.length})`, style, x: band.x, y: band.mean, band }];
    }
    return curves.map(({ id, x, y }) => ({ key: id, label: id, style, x, y }));
  });
}

function OneChart({
  tag,
  groups,
  answers,
  form,
}: {
  tag: string;
  groups: readonly ComparedGroup[];
  answers: Answers;
  form: Form;
}) {
  const range = useSignal<Range | null>(null);
  const key = JSON.stringify(form);
  const lines = useMemo(() => linesOf(tag, groups, answers, form), [tag, groups, answers, key]);
  const unit = form.byEpoch || [...answers.values()].every(({ unit }) => unit === 'epoch') ? 'epoch' : 'step';
  const options = useMemo(
    () => ({
      ...{ isDark: form.isDark, isLog: isLog.value, isShare: unitOf(tag) === '%' },
      ...({ unit, smoothing: smoothing.value, together: 'compare' } as const),
    }),
    [form.isDark, isLog.value, smoothing.value, tag, unit],
  );
  if (!lines.length) return null;
  return (
    <CurveChart
      title={unitOf(tag) ? `${tag}, %` : tag}
      {...{ lines, options, range: range.value, extent: null }}
      onRange={(next) => {
        range.value = next;
      }}
    />
  );
}

export function Overlaid({ comparison }: { comparison: Comparison }) {
  const text = useSignal('');
  const { tags, headline } = comparison;
  const most = drawnOf(comparison.groups);
  const groups = useMemo(
    () => comparison.groups.map((group) => ({ ...group, ids: group.ids.slice(0, most) })),
    [comparison, most],
  );
  const isCut = comparison.groups.some(({ ids }) => ids.length > most);
  const offered = useMemo(() => seriesOffered(tags), [tags]);
  const chosen = useSignal<readonly string[] | null>(null);
  const shown = chosen.value ?? seriesFirst(offered, headline?.metric ?? null);
  const asked = groups.flatMap(({ ids }) => ids.map((id) => ({ id, names: shown.flatMap(namesOf) })));
  const { answers, error } = useSeries(asked, null);
  const units = new Set([...answers.value.values()].map(({ unit }) => unit));
  const form = { isDark: isDark.value, byEpoch: units.size > 1, asMeans: asMeans.value };
  return (
    <section aria-label="Curves">
      <CurveTools text={text}>
        {groups.some(({ ids }) => ids.length > 1) && <Check isOn={asMeans}>Seeds as mean and spread</Check>}
      </CurveTools>
      <SeriesChoice
        offered={offered}
        text={text.value}
        chosen={shown}
        onChange={(next) => {
          chosen.value = next;
        }}
      />
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {isCut && (
        <p class="muted">
          Curves are of the first {counted(most, 'run')} of each group; scores below are of all.
        </p>
      )}
      <div class="charts">
        {shown.map((tag) => (
          <OneChart key={tag} tag={tag} groups={groups} answers={answers.value} form={form} />
        ))}
      </div>
    </section>
  );
}
