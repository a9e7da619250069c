/** Several ranks find each other. */
import os from 'node:os';
import { distributed, getNumThreads } from '@retort/torch';
import { defaults } from '../../defaults.ts';
import { type Ranks, ranksOfGroup } from '../../ranks/index.ts';
import { restartsOf } from '../../ranks/placement.ts';
import { RunError, type RunRecord } from '../../runs/index.ts';
import { tell } from '../output.ts';
import { thisPlace } from './be-rank.ts';

/** This process among the ranks that have met. */
export interface Joined extends Ranks {
  /** How often they were started before. A launcher may count on each machine for itself: the highest of all. */
  readonly restarts: number;
  /** Leaves when all have come to the end. */
  leave(): Promise<void>;
}

/** Each rank would take all cores. */
function warnOfThreads(localWorldSize: number): void {
  const [threads, cores] = [getNumThreads(), os.cpus().length];
  if (threads * localWorldSize > Math.max(cores, localWorldSize))
    tell(
      `each of ${localWorldSize} ranks on this machine computes with ${threads} threads, and there are ${cores} cores, so that they wait for one another: set OMP_NUM_THREADS=${Math.max(1, Math.floor(cores / localWorldSize))}`,
    );
}

/**
 * Meets the other ranks, where there are any.
 *
 * @param signal  ends the process while it waits for them, as nothing has begun
 * @returns null for a process alone
 * @throws DistributedError where they do not come in time
 */
export async function joined(
  { timeout = defaults.ranks.timeout }: { readonly timeout?: number },
  signal: AbortSignal,
): Promise<Joined | null> {
  const placed = thisPlace();
  if (!placed) return null;
  const { rank, worldSize, localWorldSize, initMethod } = placed;
  warnOfThreads(localWorldSize);
  const leave = () => process.exit(130);
  signal.addEventListener('abort', leave);
  await distributed.initProcessGroup({ initMethod, rank, worldSize, timeout });
  signal.removeEventListener('abort', leave);
  const restarts = Math.max(...(await distributed.allGatherObject(restartsOf(process.env))));
  return {
    ...ranksOfGroup(),
    restarts,
    async leave() {
      await distributed.barrier();
      await distributed.destroyProcessGroup();
    },
  };
}

/** What a rank finds. Whether a run that is not finished was stopped or killed may be written down in this moment. */
const said = (runs: readonly (RunRecord | null)[]): string =>
  runs
    .map((run) => (run === null ? 'no run' : run.status === 'finished' ? 'a finished run' : 'a run'))
    .join(', ');

/** @param runs  that are there already @throws RunError on each rank, where one sees others */
export function refuseOtherRuns(ranks: Ranks, runs: readonly (RunRecord | null)[]): void {
  const found = ranks.exchange(said(runs));
  const other = found.findIndex((text) => text !== found[0]);
  if (other > 0)
    throw new RunError(
      `the run folder is not the same for all ranks (--out): rank 0 finds ${found[0]} in it, and rank ${other} ${found[other]}; they need a file system that all see`,
    );
}
