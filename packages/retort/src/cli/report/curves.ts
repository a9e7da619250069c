/** Numbers over epochs: all runs in one figure a number, and what each group's loss is added up of. */
import path from 'node:path';
import { type Line, linesFigure, stackedTerms } from '../../figures/index.ts';
import { type Comparison, countedRuns, type Group } from '../../runs/read/compare.ts';
import { headlineScore } from '../../runs/read/read-run.ts';
import { spread } from '../../runs/read/spread.ts';
import { axisOf, linesOverEpochs, withoutCommon } from '../run-lines.ts';
import { lastPart, scoreText } from '../scores.ts';
import { figure, figures } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { byHeadline } from './means.ts';
import { thinned } from './thinned.ts';

/** Points of a line, figures, and lines of one, which are all different: beyond, a file grows and says nothing more. */
const [mostPoints, mostFigures, mostLines] = [120, 60, 34];

/** How many samples an evaluation was of, and what is of the run and not of an epoch. */
const isCurve = (tag: string): boolean =>
  !/\/(samples|images)(PerSecond)?$/.test(tag.replace(/^train\//, '')) &&
  !/^teacher\/| \(best\)$|^(epochs|seconds)$/.test(tag);

/** A level line for each teacher whose score is known. @param taken  names of other lines, as a run of the teacher has one */
function ofTeachers(groups: readonly Group[], tag: string, last: number, taken: readonly string[]): Line[] {
  const metric = tag.startsWith('test/') ? lastPart(tag) : null;
  if (metric === null) return [];
  const taught = groups.flatMap((group) => countedRuns(group)).filter(({ teacher }) => teacher !== null);
  const teachers = Map.groupBy(taught, ({ teacher }) => teacher ?? '');
  return [...teachers].flatMap(([teacher, runs], i) => {
    const scores = runs.flatMap(({ teacherScores }) => teacherScores?.[metric] ?? []);
    if (scores.length === 0) return [];
    const level = { mean: Number(scoreText(metric, spread(scores).mean)), deviation: 0 };
    const points = [...new Set([1, last])].map((x) => ({ x, ...level }));
    const name = teachers.size > 1 ? `teacher ${path.basename(teacher)}` : 'teacher';
    const named = taken.includes(name) ? `${name}, its level` : name;
    return [{ name: named, points, place: groups.length + i }];
  });
}

/** A figure of a number; null where no group has it. */
async function curve(groups: readonly Group[], tag: string): Promise<Markup | null> {
  const names = withoutCommon(groups.map(({ name }) => name));
  const missing: string[] = [];
  const lines = linesOverEpochs(groups, tag, (group) => missing.push(names[groups.indexOf(group)] ?? ''));
  const last = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ x }) => x)));
  if (last === 0) return null;
  const teachers = ofTeachers(groups, tag, last, names);
  const named =
    teachers.length > 0 ? lines.map((line) => ({ ...line, name: line.name || 'student' })) : lines;
  const all = [...named, ...teachers].map((line) => thinned(line, mostPoints));
  const svg = await linesFigure({ lines: all, x: 'epoch', y: axisOf(tag) });
  const without = missing.length > 0 ? `; not measured in ${missing.join(', ')}` : '';
  return figure(svg, `${tag}${without}`);
}

/** At which epochs terms are drawn above one another: the same of all, or one would be missing where another is. */
function keptOfSum(lines: readonly Line[]): Set<number> {
  const sums = new Map<number, number>();
  for (const { x, mean } of lines.flatMap(({ points }) => points)) sums.set(x, (sums.get(x) ?? 0) + mean);
  const points = Array.from(sums, ([x, mean]) => ({ x, mean, deviation: 0 })).sort((a, b) => a.x - b.x);
  return new Set(thinned({ name: 'loss', points }, mostPoints).points.map(({ x }) => x));
}

/** What each group's loss is added up of, where that is more than one term. */
async function terms(group: Group, name: string): Promise<Markup | null> {
  const runs = countedRuns(group);
  const tags = [...new Set(runs.flatMap(({ epochs }) => epochs.flatMap(({ terms }) => terms)))];
  if (tags.length < 2) return null;
  const lines = tags.map((tag) => {
    const [line] = linesOverEpochs([{ name: group.name, runs }], tag, () => undefined);
    return { name: lastPart(tag), points: line?.points ?? [] };
  });
  const kept = keptOfSum(lines);
  const stacked = lines.map(({ name, points }) => ({
    name,
    points: points.flatMap(({ x, mean }) => (kept.has(x) ? [{ x, y: mean }] : [])),
  }));
  return figure(await stackedTerms({ terms: stacked, x: 'epoch' }), `loss of ${name}`);
}

/** How good a group is by its headline, the higher the better. */
function rank(group: Group): number {
  const scores = countedRuns(group).flatMap((run) => headlineScore(run)?.last ?? []);
  if (scores.length === 0) return Number.NEGATIVE_INFINITY;
  const { mean } = spread(scores);
  return group.runs[0]?.headline?.better === 'lower' ? -mean : mean;
}

/** In their order; of many the best. */
function drawnOf(groups: readonly Group[]): readonly Group[] {
  const best = new Set(groups.toSorted((a, b) => rank(b) - rank(a)).slice(0, mostLines));
  return groups.filter((group) => best.has(group));
}

/** The section of one data set. */
export async function curves(comparison: Comparison): Promise<Markup> {
  const groups = drawnOf(comparison.groups);
  const tags = byHeadline(comparison)
    .map(({ tag }) => tag)
    .filter(isCurve);
  const drawn: Markup[] = [];
  for (const tag of tags.slice(0, mostFigures)) {
    const one = await curve(groups, tag);
    if (one !== null) drawn.push(one);
  }
  const names = withoutCommon(groups.map(({ name }) => name));
  const losses: Markup[] = [];
  for (const [i, group] of groups.entries()) {
    const one = await terms(group, names[i] ?? group.name);
    if (one !== null) losses.push(one);
  }
  if (drawn.length === 0)
    return html`<p class="faint">No run has ended an epoch yet: there are no curves.</p>`;
  const rest = tags.slice(mostFigures);
  const of =
    groups.length < comparison.groups.length
      ? html`<p class="faint">Drawn are the best ${groups.length} of ${comparison.groups.length} groups.</p>`
      : '';
  return html`${of}${figures(drawn)}
${rest.length > 0 ? html`<p class="faint">Not drawn: ${rest.join(', ')}</p>` : ''}
${losses.length > 0 ? html`<h3>Terms of the loss</h3>${figures(losses)}` : ''}`;
}
