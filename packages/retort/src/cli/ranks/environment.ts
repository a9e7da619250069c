/** What ranks on one machine are told: the variables that torchrun sets. */
import os from 'node:os';
import type { Environment } from '../../ranks/placement.ts';

/** Says to a rank which process started it, without which it does not stay. */
export const launcherVariable = 'RETORT_LAUNCHER';

/** What is the same for all ranks of an attempt. */
export interface Attempted {
  readonly ranks: number;
  /** Where they meet, on this machine. */
  readonly port: number;
  /** Which attempt it is, from 0 on, and how many may come after the first. */
  readonly restarts: number;
  readonly maxRestarts: number;
  /** One for all attempts. */
  readonly runId: string;
}

/** The loopback interface by its name: Gloo takes one that the machine's name stands for, which need not be there. */
function loopback(): string | undefined {
  const [found] = Object.entries(os.networkInterfaces()).filter(([, addresses]) =>
    addresses?.some(({ internal, address }) => internal && address === '127.0.0.1'),
  );
  return found?.[0];
}

/**
 * The environment of each rank. The cores are divided among them, where `OMP_NUM_THREADS` does not say how many threads one has.
 *
 * @param given  what they inherit
 * @param cores  of this machine
 * @example environments({ ranks: 2, port: 29500, restarts: 0, maxRestarts: 3, runId: 'a' }, process.env)[1]?.RANK // '1'
 */
export function environments(
  { ranks, port, restarts, maxRestarts, runId }: Attempted,
  given: Environment,
  cores = os.availableParallelism(),
): Environment[] {
  const shared = {
    OMP_NUM_THREADS: String(Math.max(1, Math.floor(cores / ranks))),
    GLOO_SOCKET_IFNAME: loopback(),
    ...given,
    WORLD_SIZE: String(ranks),
    LOCAL_WORLD_SIZE: String(ranks),
    ROLE_WORLD_SIZE: String(ranks),
    ROLE_NAME: 'default',
    GROUP_RANK: '0',
    GROUP_WORLD_SIZE: '1',
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: String(port),
    TORCHELASTIC_RESTART_COUNT: String(restarts),
    TORCHELASTIC_MAX_RESTARTS: String(maxRestarts),
    TORCHELASTIC_RUN_ID: runId,
    TORCHELASTIC_USE_AGENT_STORE: 'False',
    [launcherVariable]: String(process.pid),
  };
  return Array.from({ length: ranks }, (_, i) => {
    const rank = String(i);
    return { ...shared, RANK: rank, LOCAL_RANK: rank, ROLE_RANK: rank };
  });
}
