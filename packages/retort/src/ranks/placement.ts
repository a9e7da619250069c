/** Which of several ranks a process is, as its environment says it: the variables of torchrun, Slurm's srun, Kubeflow and mpirun. */
import { cut } from '../words/shown.ts';

/** An environment, as `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which rank a process is, and where it meets the others. */
export interface Placement {
  /** From 0 on; 0 writes and prints. */
  readonly rank: number;
  /** How many ranks there are, at least two. */
  readonly worldSize: number;
  /** Among those of this machine. */
  readonly localRank: number;
  /** How many are on this machine. */
  readonly localWorldSize: number;
  /** Where they meet, as `initProcessGroup` takes it; `env://` where the environment has torchrun's variables. */
  readonly initMethod: string;
}

/** An environment that contradicts itself, or says only half of where a process is. The message is a sentence. */
export class PlacementError extends Error {
  override readonly name = 'PlacementError';
}

/** PyTorch's own. */
const usualPort = 29_500;

/** Slurm's numbers of steps that are none of tasks: the batch script, and the shell of `salloc`. */
const firstOddStep = 0xffff_fff0;

/** A whole number in a variable; undefined where there is none, or it is empty. @throws PlacementError */
function whole(env: Environment, name: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `from ${least}`;
  throw new PlacementError(`${name} must be a whole number ${range}, is '${cut(text)}'`);
}

/** The same, where it must be there. @param why  what asks for it */
function needed(env: Environment, name: string, least: number, why: string): number {
  const value = whole(env, name, least);
  if (value === undefined) throw new PlacementError(`${why}, but ${name} is not set`);
  return value;
}

/** Where ranks meet by TCP. @param host  where `MASTER_ADDR` is not set */
function meeting(env: Environment, host: string, port: number): string {
  const address = env.MASTER_ADDR || host;
  return `tcp://${address.includes(':') ? `[${address}]` : address}:${whole(env, 'MASTER_PORT', 1, 65_535) ?? port}`;
}

/** A rank and a number of ranks that belong together. @throws PlacementError where they cannot */
function among(
  env: Environment,
  names: readonly [rank: string, worldSize: string, localRank: string, localWorldSize: string],
  [rank, worldSize, local, localSize]: readonly [number, number, number | undefined, number | undefined],
  initMethod: (localWorldSize: number) => string,
): Placement | null {
  const [rankName, worldName, localName, localSizeName] = names;
  if (rank >= worldSize)
    throw new PlacementError(
      `${rankName} is ${rank} and ${worldName} ${worldSize}: the last of ${worldSize} ranks is ${worldSize - 1}`,
    );
  if (worldSize === 1) return null;
  const localRank = local ?? 0;
  const localWorldSize = localSize ?? localRank + 1;
  if (localRank >= localWorldSize)
    throw new PlacementError(
      `${localName} is ${localRank} and ${localSizeName} ${env[localSizeName]}: the last of ${localWorldSize} on a machine is ${localWorldSize - 1}`,
    );
  if (localWorldSize > worldSize)
    throw new PlacementError(
      `${localSizeName} is ${localWorldSize}, more than all ranks (${worldName} is ${worldSize})`,
    );
  return { rank, worldSize, localRank, localWorldSize, initMethod: initMethod(localWorldSize) };
}

/** torchrun, `--ranks`, a PyTorchJob, or whoever sets the same by hand. */
function byTorchrun(env: Environment): Placement | null | undefined {
  const rank = whole(env, 'RANK', 0);
  const worldSize = whole(env, 'WORLD_SIZE', 1);
  if (rank === undefined && worldSize === undefined) return undefined;
  if (rank === undefined || worldSize === undefined) {
    const [there, missing] = rank === undefined ? ['WORLD_SIZE', 'RANK'] : ['RANK', 'WORLD_SIZE'];
    throw new PlacementError(
      `${there} is set, but not ${missing}: a rank needs both, as torchrun sets them, and a process alone neither`,
    );
  }
  const localRank = whole(env, 'LOCAL_RANK', 0);
  const perNode = Number(env.PET_NPROC_PER_NODE);
  // An operator sets the rank of the machine, and leaves those on it to torchrun, which it takes to be the command.
  if (localRank === undefined && perNode > 1)
    throw new PlacementError(
      `PET_NPROC_PER_NODE is ${perNode}, and torchrun is what starts so many on a machine: call it before retort (torchrun --no-python …), or have one on each`,
    );
  return among(
    env,
    ['RANK', 'WORLD_SIZE', 'LOCAL_RANK', 'LOCAL_WORLD_SIZE'],
    [rank, worldSize, localRank, whole(env, 'LOCAL_WORLD_SIZE', 1)],
    () => {
      if (!env.MASTER_ADDR)
        throw new PlacementError(
          `RANK and WORLD_SIZE are set, but not MASTER_ADDR: it says where the ${worldSize} ranks meet, the host of rank 0`,
        );
      if (whole(env, 'MASTER_PORT', 1, 65_535) === undefined)
        throw new PlacementError(
          'MASTER_ADDR is set, but not MASTER_PORT: it says where the ranks meet, a free port of the host of rank 0',
        );
      return 'env://';
    },
  );
}

/** The first of Slurm's list of hosts, also of several dimensions. @example firstHost('rack[2-3]n[08-11,14],login') // 'rack2n08' */
export function firstHost(list: string): string {
  const [, name = '', range, rest = ''] = /^([^[,]*)(?:\[([^\]]*)\](.*))?/s.exec(list.trim()) ?? [];
  return range === undefined ? name : `${name}${range.split(/[-,]/)[0]}${firstHost(rest)}`;
}

/** A step of `srun` with several tasks; the shell of an allocation, whose variables tell of tasks too, is none. */
function bySlurm(env: Environment): Placement | null | undefined {
  const worldSize = whole(env, 'SLURM_STEP_NUM_TASKS', 1);
  const step = whole(env, 'SLURM_STEP_ID', 0);
  if (worldSize === undefined || step === undefined || step >= firstOddStep) return undefined;
  const why = `SLURM_STEP_NUM_TASKS is ${worldSize}`;
  const rank = needed(env, 'SLURM_PROCID', 0, why);
  const job = whole(env, 'SLURM_JOB_ID', 0) ?? 0;
  return among(
    env,
    ['SLURM_PROCID', 'SLURM_STEP_NUM_TASKS', 'SLURM_LOCALID', 'SLURM_STEP_TASKS_PER_NODE'],
    [rank, worldSize, whole(env, 'SLURM_LOCALID', 0), tasksHere(env)],
    () => {
      const host = firstHost(env.SLURM_STEP_NODELIST ?? '');
      if (!env.MASTER_ADDR && !host)
        throw new PlacementError(
          `${why}, but neither SLURM_STEP_NODELIST nor MASTER_ADDR is set: the ranks need a host where they meet, that of rank 0`,
        );
      const isOneMachine = env.SLURM_STEP_NUM_NODES === '1';
      // Steps of one job may run side by side; above are the ports that systems give away by themselves.
      return meeting(env, isOneMachine ? '127.0.0.1' : host, 15_000 + ((10 * job + step) % 17_000));
    },
  );
}

/** How many tasks of a step are on this machine: of `2(x3),1`, that of its place in the list of machines. */
function tasksHere(env: Environment): number | undefined {
  const counts = (env.SLURM_STEP_TASKS_PER_NODE ?? '').split(',').flatMap((text) => {
    const [, tasks, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(text.trim()) ?? [];
    return tasks === undefined ? [] : new Array<number>(Number(times)).fill(Number(tasks));
  });
  return counts[whole(env, 'SLURM_NODEID', 0) ?? 0];
}

/** The pods of a TrainJob, which configure torchrun: without it each is a rank, where it is to have one. */
function byKubeflow(env: Environment): Placement | null | undefined {
  const text = env.PET_NNODES;
  // torchrun may be given these by hand.
  if (!text || text === '1' || text === '1:1') return undefined;
  const perNode = env.PET_NPROC_PER_NODE || '1';
  if (!/^\d+$/.test(text) || perNode !== '1' || !env.PET_NODE_RANK || !env.PET_MASTER_ADDR)
    throw new PlacementError(
      `PET_NNODES is '${cut(text)}'${perNode === '1' ? '' : ` and PET_NPROC_PER_NODE '${cut(perNode)}'`}, and torchrun is what makes ranks of it: call it before retort (torchrun --no-python …), or have one on each of a fixed number of machines`,
    );
  const worldSize = needed(env, 'PET_NNODES', 1, '');
  const port = whole(env, 'PET_MASTER_PORT', 1, 65_535) ?? usualPort;
  return among(
    env,
    ['PET_NODE_RANK', 'PET_NNODES', 'PET_NODE_RANK', 'PET_NPROC_PER_NODE'],
    [needed(env, 'PET_NODE_RANK', 0, `PET_NNODES is ${worldSize}`), worldSize, 0, 1],
    () => meeting({ ...env, MASTER_ADDR: env.PET_MASTER_ADDR }, '', port),
  );
}

/** Open MPI, and MPICH or Intel MPI by Hydra: they say which rank a process is, and not where ranks meet. */
function byMpirun(env: Environment): Placement | null | undefined {
  const [rankName, sizeName, localName, localSizeName] = env.OMPI_COMM_WORLD_SIZE
    ? (['RANK', 'SIZE', 'LOCAL_RANK', 'LOCAL_SIZE'] as const).map((name) => `OMPI_COMM_WORLD_${name}`)
    : ['PMI_RANK', 'PMI_SIZE', 'MPI_LOCALRANKID', 'MPI_LOCALNRANKS'];
  if (!rankName || !sizeName || !localName || !localSizeName) return undefined;
  const worldSize = whole(env, sizeName, 1);
  if (worldSize === undefined) return undefined;
  const rank = needed(env, rankName, 0, `${sizeName} is ${worldSize}`);
  return among(
    env,
    [rankName, sizeName, localName, localSizeName],
    [rank, worldSize, whole(env, localName, 0), whole(env, localSizeName, 1)],
    (local) => {
      if (!env.MASTER_ADDR && local < worldSize)
        throw new PlacementError(
          `${sizeName} is ${worldSize}, but MASTER_ADDR is not set: mpirun does not say where the ranks meet, so pass it the host of rank 0 (mpirun -x MASTER_ADDR=HOST, or -genv MASTER_ADDR HOST)`,
        );
      return meeting(env, '127.0.0.1', usualPort);
    },
  );
}

/**
 * Which rank a process is by its environment: torchrun's variables before Slurm's, these before Kubeflow's and mpirun's, as torchrun may run under
 * any of them.
 *
 * @returns null for a process alone, also where a launcher started only one
 * @throws PlacementError with a sentence where variables contradict one another or are missing
 * @example placement({ RANK: '1', WORLD_SIZE: '2', LOCAL_RANK: '1', LOCAL_WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.1', MASTER_PORT: '29500' })?.rank // 1
 */
export function placement(env: Environment): Placement | null {
  for (const by of [byTorchrun, bySlurm, byKubeflow, byMpirun]) {
    const placed = by(env);
    if (placed !== undefined) return placed;
  }
  return null;
}

/**
 * How often a launcher started this command before, after a fault: torchrun's count, or Slurm's of a job that was queued again.
 *
 * @throws PlacementError where it is no whole number
 */
export function restartsOf(env: Environment): number {
  return whole(env, 'TORCHELASTIC_RESTART_COUNT', 0) ?? whole(env, 'SLURM_RESTART_COUNT', 0) ?? 0;
}
