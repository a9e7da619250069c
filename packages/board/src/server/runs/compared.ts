/** Runs beside one another: all seeds of each group, whichever of them are named. */
import path from 'node:path';
import {
  compareRuns,
  costOfGroup,
  countedRuns,
  type Difference,
  measureCommand,
  paretoFront,
  type RunSummary,
  titled,
} from 'retort/runs';
import type { Comparison, Cost, GroupScore, SettingCompared } from '../../api.ts';
import { BoardError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { latenciesShown } from './latencies.ts';

/** So many are compared at once, their other seeds aside. */
const most = 200;

const text = (value: unknown): string =>
  value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);

const compared = ({ path, values }: Difference): SettingCompared => ({
  path,
  values: values.map((of) => of.map(text).join(', ')),
});

/** Ids with commas between them, of which one may have some itself. */
export function idsIn(text: string, isKnown: (id: string) => boolean): string[] {
  const found: string[] = [];
  let begun = '';
  for (const part of text.split(',')) {
    begun = begun === '' ? part : `${begun},${part}`;
    if (!isKnown(begun)) continue;
    found.push(begun);
    begun = '';
  }
  // What is none is told of by whoever looks for it.
  return begun === '' ? found : [...found, ...begun.split(',')];
}

/** Ids with those of their other seeds, those of one group together. */
function withSeeds(catalogue: Catalogue, ids: readonly string[]): string[] {
  const all = catalogue.allRows();
  const byId = new Map(all.map((row) => [row.id, row]));
  const groups = Map.groupBy(all, ({ group }) => group);
  return [
    ...new Set(
      ids.flatMap((id) => {
        const group = byId.get(id)?.group;
        return group ? (groups.get(group) ?? []).map((row) => row.id).sort() : [id];
      }),
    ),
  ];
}

/** By parameters and score: what lacks one of both is not on the front. */
function withFront(costs: readonly Omit<Cost, 'isOnFront'>[], better: 'higher' | 'lower'): Cost[] {
  const known = costs.flatMap(({ group, parameters, score }) =>
    parameters === null || score === null ? [] : [{ group, cost: parameters, score }],
  );
  const front = paretoFront(known, better);
  const onFront = new Set(known.filter((_, at) => front[at]).map(({ group }) => group));
  return costs.map((cost) => ({ ...cost, isOnFront: onFront.has(cost.group) }));
}

/**
 * @param named  ids, with commas
 * @throws BoardError where there is no such run, and for too many
 */
export async function comparisonOf(catalogue: Catalogue, named: string): Promise<Comparison> {
  await catalogue.refresh();
  const ids = [...new Set(idsIn(named, (id) => catalogue.has(id)))];
  if (ids.length === 0) throw new BoardError(400, 'there is nothing to compare: name runs, as ?ids=a,b');
  if (ids.length > most)
    throw new BoardError(400, `${ids.length} runs are too many to be compared at once: name ${most} at most`);
  for (const id of ids) await catalogue.row(id);
  const notes: string[] = [];
  const runs: RunSummary[] = [];
  for (const id of withSeeds(catalogue, ids)) {
    try {
      const { summary } = await catalogue.summary(id);
      runs.push(summary);
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      notes.push(error.message);
    }
  }
  const { groups, settings, inputs, metrics, platform } = compareRuns(runs);
  const headline = runs.find((run) => run.headline !== null)?.headline ?? null;
  const withinFolder = (place: string): string =>
    path.relative(catalogue.folder, place).split(path.sep).join('/') || path.basename(place);
  const scoresOf = (at: number): Record<string, GroupScore> =>
    Object.fromEntries(
      metrics.flatMap(({ tag, values }) => {
        const spread = values[at];
        return spread
          ? [[tag, { mean: spread.mean, deviation: spread.deviation, n: spread.values.length }]]
          : [];
      }),
    );
  const costs = groups.map(costOfGroup).map((cost, at) => ({
    group: withinFolder(groups[at]?.name ?? ''),
    ...{ parameters: cost.parameters, multiplyAdds: cost.multiplyAdds, latencies: latenciesShown(cost) },
    score: headline ? (scoresOf(at)[`test/${headline.metric}`]?.mean ?? null) : null,
  }));
  return {
    groups: groups.map((group, at) => ({
      name: withinFolder(group.name),
      ids: group.runs.map(({ folder }) => withinFolder(folder)),
      finished: countedRuns(group).filter(({ status }) => status === 'finished').length,
      scores: scoresOf(at),
    })),
    tags: metrics.map(({ tag }) => tag),
    terms: metrics.flatMap(({ tag, weighted }) => (weighted ? [tag] : [])),
    headline,
    settings: settings.map(compared),
    inputs: inputs.map(titled(groups)).map(compared),
    versions: platform.map(compared),
    cost: withFront(costs, headline?.better ?? 'higher'),
    measureCommand: measureCommand(groups),
    notes,
  };
}
