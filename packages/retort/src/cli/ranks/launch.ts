/** `--ranks N`: a command as N processes on this machine, which train together. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import type { Environment, Placement } from '../../ranks/placement.ts';
import { tell } from '../output.ts';
import { counted } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { Attempt, type Patience, patience } from './attempt.ts';
import type { Command } from './command.ts';
import { environments } from './environment.ts';
import { verdictOf } from './verdict.ts';

export interface LaunchOptions {
  readonly ranks: number;
  /** How often all are started again after one has died. */
  readonly maxRestarts: number;
  readonly env?: Environment;
  readonly patience?: Patience;
  readonly tell?: (line: string) => void;
}

/** Milliseconds after a second signal, until what has not answered it is killed. */
const atOnce = 1_000;

/** A port of this machine that nobody has. Another may take it before the ranks do, which then begin again with a new one. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Where rank 0 drew a bar, and was ended with it: its line, the cursor that it hid, and lines that wrap. */
function restoreTerminal(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K\x1b[?25h\x1b[?7h');
}

/** @param placed  which rank this process is itself @throws UsageError where ranks cannot be started here */
export function refuseRanks(ranks: number, batchSize: number, placed: Placement | null): void {
  if (placed)
    throw new UsageError(
      `--ranks starts ranks on this machine, and this process is one itself (rank ${placed.rank} of ${placed.worldSize}, as its environment says): leave --ranks out`,
    );
  if (2 * ranks > batchSize)
    throw new UsageError(
      `--ranks ${ranks}: a batch has ${counted(batchSize, 'sample')}, and each rank needs two at least: start fewer, or set batchSize`,
    );
}

/**
 * Runs a command as several ranks until all are done, and again from the checkpoint where one has died.
 *
 * @returns the exit code
 * @throws Error if a process could not be started
 */
export async function launch(command: Command, options: LaunchOptions): Promise<number> {
  const { ranks, maxRestarts, env = process.env, patience: how = patience } = options;
  const say = options.tell ?? tell;
  const cores = os.availableParallelism();
  if (ranks > cores)
    say(`--ranks ${ranks}: there are ${cores} cores here, so that ranks wait for one another`);
  const runId = randomUUID();
  let attempt: Attempt | null = null;
  let signals = 0;
  const stop = (signal: NodeJS.Signals): void => {
    signals++;
    attempt?.signal(signal);
    // One that hangs does not hear it.
    if (signals > 1) setTimeout(() => attempt?.kill(), atOnce).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    for (let restarts = 0; ; restarts++) {
      const port = await freePort();
      if (signals > 0) return 130;
      attempt = new Attempt(
        command,
        environments({ ranks, port, restarts, maxRestarts, runId }, env, cores),
        say,
        how,
      );
      const ends = await attempt.ended();
      const { again, code, why } = verdictOf(ends);
      if (signals > 0 && again) return 130;
      if (why !== null) restoreTerminal();
      if (again && restarts < maxRestarts) {
        say(
          `retort: ${why}: all ${ranks} ranks begin again where the last checkpoint was written (restart ${restarts + 1} of ${maxRestarts})`,
        );
        continue;
      }
      if (why !== null)
        say(
          again
            ? `retort: ${why}; this was after ${maxRestarts} restarts, and --max-restarts allows no more`
            : `retort: ${why}, which a restart would not mend: all ranks have ended`,
        );
      return code;
    }
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
