/** Where ranks meet: what options and the variables of launchers say, as one plan. */
import { TorchError } from '../dispatch/errors.ts';
import type { StorePlace } from '../dispatch/native.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { quoted } from '../dispatch/quoted.ts';

/** How ranks find each other. */
export interface GroupOptions {
  /** How they speak; `gloo`, over TCP between CPUs, is the only one. */
  backend?: 'gloo';
  /**
   * `env://`: by the variables that torchrun sets (`MASTER_ADDR`, `MASTER_PORT`, `RANK`, `WORLD_SIZE`, `TORCHELASTIC_USE_AGENT_STORE`,
   * `TORCHELASTIC_RESTART_COUNT`); `tcp://HOST:PORT`, where rank 0 listens; `file:///PATH`, a file that all see and that is not there yet.
   */
  initMethod?: string;
  /** Which of them this process is, from 0; `RANK` where it is left out. */
  rank?: number;
  /** How many there are; `WORLD_SIZE` where it is left out. */
  worldSize?: number;
  /** Seconds that anything may wait for other ranks; 300 where it is left out. */
  timeout?: number;
}

const optionNames: OptionNames<GroupOptions> = {
  backend: true,
  initMethod: true,
  rank: true,
  worldSize: true,
  timeout: true,
};

const defaultTimeout = 300;

/** Variables as a launcher sets them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Who meets where, and for how long they wait. */
export interface Meeting {
  readonly place: StorePlace;
  /** The place in words. */
  readonly where: string;
  /** Before all keys in the store: another attempt must not read those of the one before. Null where ranks agree on it as they meet. */
  readonly attempt: string | null;
  readonly rank: number;
  readonly worldSize: number;
  readonly milliseconds: number;
  /** An address over which ranks of one machine speak; what `GLOO_SOCKET_IFNAME` or the host's name says where it is null. */
  readonly address: string | null;
}

function wholeNumber(what: string, value: number | string | undefined, from: number, to: number): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isInteger(number) || number < from || number > to) {
    const said =
      value === undefined
        ? 'and is not given: a launcher sets it, as torchrun does'
        : `not ${quoted(String(value))}`;
    const range = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`;
    throw new TorchError(`initProcessGroup: ${what} must be a whole number ${range}, ${said}`);
  }
  return number;
}

/** The address of a host that is this machine alone, or undefined. */
function loopbackOf(host: string): string | undefined {
  if (host === 'localhost') return '127.0.0.1';
  if (/^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1') return host;
  return undefined;
}

function overTcp(
  host: string,
  port: number,
  serves: boolean,
  variables: Variables,
): Pick<Meeting, 'place' | 'where' | 'address'> {
  const loopback = loopbackOf(host);
  return {
    place: { host: loopback ?? host, port, serves, ...(loopback !== undefined ? { listen: loopback } : {}) },
    where: `${host}:${port}`,
    address: variables.GLOO_SOCKET_IFNAME ? null : (loopback ?? null),
  };
}

/**
 * @internal What the options and variables come to.
 *
 * @throws TorchError that says which of them is missing or wrong
 */
export function meetingOf(options: GroupOptions, variables: Variables): Meeting {
  refuseUnknown('initProcessGroup', options, optionNames);
  const { backend = 'gloo', initMethod = 'env://', timeout = defaultTimeout } = options;
  const named: string = backend;
  if (named === 'nccl')
    throw new TorchError(
      "initProcessGroup: ranks meet by 'gloo', on CPUs; 'nccl', between GPUs, is not there yet",
    );
  if (named !== 'gloo')
    throw new TorchError(`initProcessGroup: backend must be 'gloo', not ${quoted(named)}`);
  if (typeof timeout !== 'number' || !(timeout > 0 && timeout <= 1e6))
    throw new TorchError(
      `initProcessGroup: timeout must be a number of seconds, more than 0 and at most 1000000, not ${timeout}`,
    );
  const worldSize = wholeNumber(
    options.worldSize === undefined ? 'WORLD_SIZE (or worldSize)' : 'worldSize',
    options.worldSize ?? variables.WORLD_SIZE,
    1,
    2 ** 20,
  );
  const rank = wholeNumber(
    options.rank === undefined ? 'RANK (or rank)' : 'rank',
    options.rank ?? variables.RANK,
    0,
    worldSize - 1,
  );
  const common = { rank, worldSize, milliseconds: Math.ceil(timeout * 1000), attempt: 'retort' };

  if (initMethod === 'env://') {
    const { MASTER_ADDR: host, TORCHELASTIC_RESTART_COUNT: restarts = '0' } = variables;
    const isAgents = variables.TORCHELASTIC_USE_AGENT_STORE === 'True';
    if (!host)
      throw new TorchError(
        'initProcessGroup: MASTER_ADDR, the host of rank 0, is not set: start the ranks by a launcher that sets it (torchrun), or give initMethod',
      );
    const port = wholeNumber('MASTER_PORT', variables.MASTER_PORT, 1, 65535);
    // torchrun's agent has the store then, and rank 0 asks it as all others do.
    const serves = rank === 0 && !isAgents;
    return {
      ...common,
      ...overTcp(host, port, serves, variables),
      attempt: isAgents ? null : `retort/attempt-${restarts}`,
    };
  }
  const tcp = /^tcp:\/\/(\[[^\]]+\]|[^:/]+):(\d+)$/.exec(initMethod);
  if (tcp) {
    const [, host = '', port] = tcp;
    return {
      ...common,
      ...overTcp(
        host.replace(/^\[|\]$/g, ''),
        wholeNumber('the port', port, 1, 65535),
        rank === 0,
        variables,
      ),
    };
  }
  const file = /^file:\/\/(\/.+)$/.exec(initMethod)?.[1];
  if (file) {
    const path = decodeURIComponent(file);
    return { ...common, place: { file: path }, where: `the file ${path}`, address: null };
  }
  throw new TorchError(
    `initProcessGroup: initMethod must be 'env://', 'tcp://HOST:PORT' or 'file:///PATH', not ${quoted(initMethod)}`,
  );
}
