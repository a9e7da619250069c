/** Several ranks find each other. */
import { distributed } from '@retort/torch';
import { defaults } from '../../defaults.ts';
import { type Ranks, ranksOfGroup } from '../../ranks/index.ts';
import { RunError, type RunRecord } from '../../runs/index.ts';
import { thisPlace } from './be-rank.ts';

/** This process among the ranks that have met. */
export interface Joined extends Ranks {
  /** Leaves when all have come to the end. */
  leave(): Promise<void>;
}

/** What a rank sees of runs that are resumed. */
const seen = (runs: readonly (RunRecord | null)[]): (string | null)[] =>
  runs.map((run) => run?.status ?? null);

/**
 * Meets the other ranks, where there are any.
 *
 * @param before  the runs that are there already, which all ranks must see alike
 * @returns null for a process alone
 * @throws DistributedError where they do not come in time; RunError where another sees other runs
 */
export async function joined(
  { timeout = defaults.ranks.timeout }: { readonly timeout?: number },
  before: readonly (RunRecord | null)[],
): Promise<Joined | null> {
  const placed = thisPlace();
  if (!placed) return null;
  const { rank, worldSize, initMethod } = placed;
  await distributed.initProcessGroup({ initMethod, rank, worldSize, timeout });
  const first = await distributed.broadcastObject(seen(before), { src: 0 });
  if (JSON.stringify(first) !== JSON.stringify(seen(before)))
    throw new RunError(
      `the run folder is not the same for all ranks (--out): rank 0 finds ${said(first)} in it, and rank ${rank} ${said(seen(before))}; they need a file system that all see`,
    );
  return {
    ...ranksOfGroup(),
    async leave() {
      await distributed.barrier();
      await distributed.destroyProcessGroup();
    },
  };
}

/** In words. */
const said = (runs: readonly (string | null)[]): string =>
  runs.map((status) => (status === null ? 'no run' : `a run that is ${status}`)).join(', ');
