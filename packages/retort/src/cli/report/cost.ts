/** What students cost against how good they are. */
import { costFigure } from '../../figures/index.ts';
import type { Headline } from '../../headline.ts';
import { countedRuns } from '../../runs/read/compare.ts';
import {
  costOfGroup,
  type GroupCost,
  measureCommand,
  placesMeasured,
  secondsThere,
} from '../../runs/read/cost.ts';
import { paretoFront } from '../../runs/read/pareto.ts';
import { headlineScore } from '../../runs/read/read-run.ts';
import { type Spread, spread } from '../../runs/read/spread.ts';
import { latencyLegend, measured } from '../compared.ts';
import { withoutCommon } from '../run-lines.ts';
import { scoreText, scoreUnit } from '../scores.ts';
import { count, duration } from '../table.ts';
import { figure, figures } from './figure.ts';
import { html, type Markup, table } from './markup.ts';
import type { ReportedData } from './reported.ts';

/** A group with a score. */
interface Judged {
  readonly name: string;
  readonly cost: GroupCost;
  readonly score: Spread;
  /** In training. */
  readonly seconds: number;
}

/** What may stand on one axis. */
interface Measure {
  readonly name: 'parameters' | 'multiply-adds' | 'latency';
  /** Latencies of other places are another measure. */
  readonly title: string;
  /** On what a latency was measured. */
  readonly place: string | null;
  readonly of: (cost: GroupCost) => number | null;
  readonly text: (value: number) => string;
}

/** Those of which a group says something. */
function measuresOf(costs: readonly GroupCost[]): Measure[] {
  const ofNetwork = (name: Measure['name'], of: Measure['of']): Measure => ({
    ...{ name, title: name, place: null, of, text: count },
  });
  const all = [
    ofNetwork('parameters', ({ parameters }) => parameters),
    ofNetwork('multiply-adds', ({ multiplyAdds }) => multiplyAdds),
    ...placesMeasured(costs).map(({ title, conditions }): Measure => {
      const of = (cost: GroupCost): number | null => secondsThere(cost, conditions);
      return { name: 'latency', title, place: conditions, of, text: duration };
    }),
  ];
  return all.filter(({ of }) => costs.some((cost) => of(cost) !== null));
}

/** Groups in their places, and whether each is on the front. */
function frontOf(judged: readonly Judged[], { of }: Measure, { better }: Headline): Map<Judged, boolean> {
  const known = judged.flatMap((group) => {
    const cost = of(group.cost);
    return cost === null || cost <= 0 ? [] : [{ group, cost, score: group.score.mean }];
  });
  const front = paretoFront(known, better);
  return new Map(known.map(({ group }, i) => [group, front[i] ?? false]));
}

/** Nothing of a single group. */
async function drawn(judged: readonly Judged[], measure: Measure, headline: Headline): Promise<Markup | ''> {
  const { name, place, of } = measure;
  const points = Array.from(frontOf(judged, measure, headline), ([group, isOnFront]) => ({
    ...{ name: group.name, isOnFront, score: Number(scoreText(headline.metric, group.score.mean)) },
    cost: (name === 'latency' ? 1000 : 1) * (of(group.cost) ?? 0),
  }));
  if (points.length < 2) return '';
  const unit = scoreUnit(headline.metric);
  const svg = await costFigure({ points, cost: name === 'latency' ? 'latency, ms' : name, score: unit });
  const where = place === null ? '' : ` on ${place}`;
  return figure(
    svg,
    `${unit} over ${name}${where}, mean of each group; named are those that none beats in both, where there is room`,
  );
}

function costTable(judged: readonly Judged[], measures: readonly Measure[], headline: Headline): Markup {
  const fronts = measures.map((measure) => frontOf(judged, measure, headline));
  const rows = judged.map((group) => {
    const on = measures.filter((_, i) => fronts[i]?.get(group));
    return [
      group.name,
      ...measures.map(({ of, text }) => {
        const value = of(group.cost);
        return value === null ? '' : text(value);
      }),
      ...[measured(`test/${headline.metric}`, group.score), duration(group.seconds)],
      on.length === measures.length ? 'yes' : on.map(({ title }) => `in ${title}`).join(', '),
    ];
  });
  const head = [
    '',
    ...measures.map(({ title }) => title),
    scoreUnit(headline.metric),
    'training',
    'on the front',
  ];
  return table({ label: 'cost against score', head, rows });
}

/** How latencies come here, where they are not of all groups. */
function hint(groups: ReportedData['comparison']['groups']): Markup | '' {
  const command = measureCommand(groups);
  return command === null
    ? ''
    : html`<p class="faint">The latency of these students was not measured in one place. This measures it, and a report written then shows it:</p><pre>${command}</pre>`;
}

/** The section of one data set, by the score that its first run is judged by; nothing where fewer than two have said their parameters and a score. */
export async function cost({ runs, comparison: { groups } }: ReportedData): Promise<Markup | ''> {
  const headline = runs.find(({ run }) => run.headline !== null)?.run.headline;
  if (!headline) return '';
  const names = withoutCommon(groups.map(({ name }) => name));
  const judged = groups.flatMap((group, i): Judged[] => {
    const of = countedRuns(group);
    const scores = of.flatMap((run) =>
      run.headline?.metric === headline.metric ? (headlineScore(run)?.last ?? []) : [],
    );
    const cost = costOfGroup(group);
    if (cost.parameters === null || scores.length === 0) return [];
    const seconds = spread(of.map(({ seconds }) => seconds)).mean;
    return [{ ...{ name: names[i] ?? group.name, cost, seconds }, score: spread(scores) }];
  });
  const measures = measuresOf(judged.map(({ cost }) => cost));
  if (judged.length < 2) return '';
  const pictures: Markup[] = [];
  for (const measure of measures) {
    const picture = await drawn(judged, measure, headline);
    if (picture !== '') pictures.push(picture);
  }
  const legend = latencyLegend(judged.map(({ cost }) => cost)).map(
    (text) => html`<p class="faint">${text}</p>`,
  );
  return html`<h3>Cost against score</h3>${figures(pictures)}${costTable(judged, measures, headline)}${legend}${hint(groups)}`;
}
