/** The flags of ranks, and what of them is for the process that starts these. */
import { defaults } from '../../defaults.ts';
import { UsageError } from '../usage-error.ts';
import { thisPlace } from './be-rank.ts';
import { rankArguments, retortCommand } from './command.ts';
import { launch, refuseRanks } from './launch.ts';

/** How several processes train together. */
export interface RankFlags {
  /** So many on this machine. */
  readonly ranks?: number;
  readonly maxRestarts?: number;
  /** Seconds that one waits for the others. */
  readonly timeout?: number;
  readonly out?: string;
  /** The whole command line. */
  readonly args?: readonly string[];
}

/**
 * Runs the command as ranks, where that is asked for.
 *
 * @param out  the run folder, which all have
 * @returns whether it did; the process has its exit code then
 * @throws UsageError
 */
export async function launched(flags: RankFlags, batchSize: number, out: string): Promise<boolean> {
  const { ranks, maxRestarts = defaults.ranks.maxRestarts, args = [] } = flags;
  const placed = thisPlace();
  if (ranks === undefined) {
    if (flags.maxRestarts !== undefined)
      throw new UsageError(
        '--max-restarts is of --ranks, which starts processes again: give that too, or tell it to your own launcher',
      );
    if (flags.timeout !== undefined && !placed)
      throw new UsageError(
        '--timeout is how long ranks wait for one another, and this process is alone: give --ranks too, or start several by torchrun or srun',
      );
    if (placed && out !== flags.out && args[0] !== 'resume')
      throw new UsageError(
        `--out is missing: ${placed.worldSize} ranks train together, and all must name the same run folder`,
      );
    return false;
  }
  refuseRanks(ranks, batchSize, placed);
  if (ranks === 1) return false;
  const isGiven = args[0] === 'resume' || flags.out !== undefined;
  process.exitCode = await launch(retortCommand(rankArguments(args, isGiven ? null : out)), {
    ranks,
    maxRestarts,
  });
  return true;
}
