/** What goes wrong between ranks. */
import { TorchError } from '../dispatch/errors.ts';

/**
 * That ranks could not do something together. The group is broken afterwards: what one rank has summed another may not have, so every
 * later call throws, and the process is to leave with a non-zero exit code and to be started again, with all others, from its checkpoint.
 *
 * @example try { await distributed.barrier(); } catch (error) { if (error instanceof distributed.DistributedError) process.exitCode = 75; }
 */
export class DistributedError extends TorchError {
  override readonly name: string = 'DistributedError';
  /** The rank to which it happened, or null where it had none yet. */
  readonly rank: number | null;
  /** What the ranks were to do, e.g. `allReduce(sum)`, `backward`. */
  readonly operation: string;

  constructor(message: string, { rank, operation }: { rank: number | null; operation: string }) {
    super(message);
    this.rank = rank;
    this.operation = operation;
  }
}
