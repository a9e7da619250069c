/** What the groups of runs came to, and where their settings differ. */
import { type Comparison, type Difference, type Metric, titled } from '../../runs/read/compare.ts';
import { measured, shown, statuses, title } from '../compared.ts';
import { withoutCommon } from '../run-lines.ts';
import { lastPart } from '../scores.ts';
import { groupTable, html, type Markup } from './markup.ts';

const namesOf = (groups: Comparison['groups']): string[] => withoutCommon(groups.map(({ name }) => name));

/** First the score by which runs are judged. */
export function byHeadline({ groups, metrics }: Comparison): Metric[] {
  const headlines = new Set(groups.flatMap(({ runs }) => runs.map(({ headline }) => headline?.metric)));
  const isHeadline = ({ tag }: Metric): boolean =>
    /^(test|teacher)\//.test(tag) && headlines.has(lastPart(tag));
  return [...metrics.filter(isHeadline), ...metrics.filter((metric) => !isHeadline(metric))];
}

/** Numbers of each group's finished runs, seeds as mean and standard deviation. */
export function means(comparison: Comparison): Markup {
  const { groups } = comparison;
  return groupTable({
    label: 'means and spreads',
    head: ['', ...namesOf(groups)],
    rows: [
      ['status', ...groups.map(statuses)],
      ...byHeadline(comparison).map((metric) => [
        title(metric),
        ...metric.values.map((value) => measured(metric.tag, value)),
      ]),
    ],
    isOfNumbers: true,
  });
}

/** A table of differences, or nothing where there are none. */
export function differences(
  what: string,
  groups: Comparison['groups'],
  rows: readonly Difference[],
): Markup | '' {
  if (rows.length === 0 || groups.length === 0) return '';
  const cells = rows.map(({ path, values }) => [path, ...values.map((all) => all.map(shown).join(', '))]);
  return html`<h3>${what}</h3>${groupTable({ label: what, head: ['', ...namesOf(groups)], rows: cells })}`;
}

/** Settings and contents that are not the same in all groups. */
export const differing = ({ groups, settings, inputs }: Comparison): Markup =>
  html`${differences('Settings that differ', groups, settings)}${differences('Contents that differ', groups, inputs.map(titled(groups)))}`;
