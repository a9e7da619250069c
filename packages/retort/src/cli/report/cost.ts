/** What students cost against how good they are. */
import { costFigure } from '../../figures/index.ts';
import { counted } from '../../runs/read/compare.ts';
import { paretoFront } from '../../runs/read/pareto.ts';
import { headlineScore } from '../../runs/read/read-run.ts';
import { spread } from '../../runs/read/spread.ts';
import { measured } from '../compared.ts';
import { withoutCommon } from '../run-lines.ts';
import { scoreText, scoreUnit } from '../scores.ts';
import { count, duration } from '../table.ts';
import { figure } from './figure.ts';
import { html, type Markup, table } from './markup.ts';
import type { ReportedData } from './reported.ts';

/** The section of one data set, by the score that its first run is judged by; nothing where fewer than two have said their parameters and a score. */
export async function cost({ runs, comparison: { groups } }: ReportedData): Promise<Markup | ''> {
  const headline = runs.find(({ run }) => run.headline !== null)?.run.headline;
  if (!headline) return '';
  const { metric, better } = headline;
  const parametersOf = new Map(runs.map(({ run, parameters }) => [run.folder, parameters]));
  const names = withoutCommon(groups.map(({ name }) => name));
  const found = groups.flatMap((group, i) => {
    const of = counted(group);
    const parameters = of.flatMap(({ folder }) => parametersOf.get(folder) ?? [])[0];
    const scores = of.flatMap((run) =>
      run.headline?.metric === metric ? (headlineScore(run)?.last ?? []) : [],
    );
    if (parameters === undefined || scores.length === 0) return [];
    const seconds = spread(of.map(({ seconds }) => seconds)).mean;
    const score = spread(scores);
    return [{ ...{ name: names[i] ?? group.name, score, seconds }, cost: parameters }];
  });
  if (found.length < 2) return '';
  const front = paretoFront(
    found.map(({ cost, score }) => ({ cost, score: score.mean })),
    better,
  );
  const points = found.map(({ name, cost, score }, i) => ({
    ...{ name, cost, score: Number(scoreText(metric, score.mean)), isOnFront: front[i] ?? false },
  }));
  const unit = scoreUnit(metric);
  const svg = await costFigure({ points, cost: 'parameters', score: unit });
  const rows = found.map(({ name, cost, score, seconds }, i) => [
    ...[name, count(cost), measured(`test/${metric}`, score), duration(seconds)],
    front[i] ? 'yes' : '',
  ]);
  const head = ['', 'parameters', unit, 'training', 'on the front'];
  const caption = `${unit} over parameters, mean of each group; named are those that none beats in both, where there is room`;
  return html`<h3>Cost against score</h3><div class="figures">${figure(svg, caption)}${table({ label: 'cost against score', head, rows })}</div>`;
}
