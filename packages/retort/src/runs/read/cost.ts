/** What the students of a group cost: size, work and time. */
import { shellWord } from '../../words/shell-word.ts';
import type { Group } from './compare.ts';
import { conditionsOf } from './latency.ts';
import { spread } from './spread.ts';

/** How long a sample takes in one place. */
export interface LatencyThere {
  /** See `conditionsOf`: numbers of other conditions belong on no common axis. */
  readonly conditions: string;
  /** The median, in seconds; the mean of these over the runs that were measured. */
  readonly seconds: number;
}

/** Of a student; null is what no run says. */
export interface GroupCost {
  readonly parameters: number | null;
  /** Of one sample. */
  readonly multiplyAdds: number | null;
  readonly latencies: readonly LatencyThere[];
}

/** @example costOfGroup(groups[0]).multiplyAdds */
export function costOfGroup({ runs }: Group): GroupCost {
  const all = runs.flatMap(({ latencies }) => latencies);
  return {
    parameters: runs.find(({ parameters }) => parameters !== null)?.parameters ?? null,
    multiplyAdds: runs.find(({ multiplyAdds }) => multiplyAdds !== null)?.multiplyAdds ?? null,
    latencies: Array.from(Map.groupBy(all, conditionsOf), ([conditions, same]) => ({
      conditions,
      seconds: spread(same.map(({ p50 }) => p50)).mean,
    })),
  };
}

/** Where any was measured, each once, and what its latencies are called beside others. */
export function placesMeasured(
  costs: readonly GroupCost[],
): { readonly title: string; readonly conditions: string }[] {
  const all = new Set(costs.flatMap(({ latencies }) => latencies.map(({ conditions }) => conditions)));
  return [...all].map((conditions, i) => ({
    title: all.size > 1 ? `latency (${i + 1})` : 'latency',
    conditions,
  }));
}

/** The seconds of some conditions; null where it was not measured there. */
export const secondsThere = ({ latencies }: GroupCost, conditions: string): number | null =>
  latencies.find((one) => one.conditions === conditions)?.seconds ?? null;

/**
 * The command that measures the students of all groups beside one another.
 *
 * @returns null where they are measured in one place already, or none is finished
 * @example measureCommand(groups) // 'npx retort measure runs/kd runs/dkd --keep'
 */
export function measureCommand(groups: readonly Group[]): string | null {
  const finished = groups.flatMap(({ name, runs }) => {
    const run = runs.find(({ status }) => status === 'finished');
    return run ? [{ folder: run.folder, cost: costOfGroup({ name, runs }) }] : [];
  });
  const costs = finished.map(({ cost }) => cost);
  const isMeasured = placesMeasured(costs).some(({ conditions }) =>
    costs.every((cost) => secondsThere(cost, conditions) !== null),
  );
  if (isMeasured || finished.length === 0) return null;
  return `npx retort measure ${finished.map(({ folder }) => shellWord(folder)).join(' ')} --keep`;
}
