/** How ranks come together, and part. */
import { TorchError } from '../dispatch/errors.ts';
import { native } from '../dispatch/native.ts';
import { agreedAttempt, NobodyCame } from './attempt.ts';
import { barrier } from './collectives.ts';
import { DistributedError } from './errors.ts';
import { currentGroup, type Group, inTurn, ranksAsText, setGroup, spoken, who } from './group.ts';
import { type GroupOptions, type Meeting, meetingOf } from './meeting.ts';
import { asPromise, promised } from './pending.ts';

/** Ranks of another form of what they tell each other must not meet. */
const protocol = 1;

/** How often this process has met others at a place: each time under other keys. */
const meetings = new Map<string, number>();

interface Hello {
  readonly protocol: number;
  readonly worldSize: number;
}

/**
 * Makes this process a rank of a group, and waits until all others have come. With `env://` that is what torchrun's variables say. On one
 * machine, where the host is `localhost` or an address of loopback, nothing listens to others.
 *
 * @throws TorchError (it rejects) for options or variables that are missing or wrong, and where this libtorch has no Gloo; DistributedError
 * where no store answers, a rank does not come within the time-out, two come as one, or they cannot connect
 * @example await distributed.initProcessGroup({ timeout: 600 });
 */
export async function initProcessGroup(options: GroupOptions = {}): Promise<void> {
  if (currentGroup())
    throw new TorchError(
      'initProcessGroup: this process is a rank already: call destroyProcessGroup() first',
    );
  const meeting = meetingOf(options, process.env);
  if (!native.hasGloo())
    throw new TorchError(
      `initProcessGroup: libtorch ${native.version()} was built without c10d or its Gloo backend, so there are no ranks: use PyTorch's own build`,
    );
  await inTurn(async () => setGroup(await meet(meeting)));
}

async function meet(meeting: Meeting): Promise<Group> {
  const { rank, worldSize, milliseconds, where } = meeting;
  const attempt = meeting.attempt ?? (await agreeOnAttempt(meeting));
  const number = await openStore(meeting, prefixOf(attempt, meeting));
  const group: Group = { number, rank, worldSize, seconds: milliseconds / 1000, where };
  await arrive(group, meeting);
  try {
    await asPromise((done) => native.connect(number, rank, worldSize, milliseconds, meeting.address, done));
  } catch (error) {
    throw failed(
      meeting,
      `met the other ranks at ${where}, but could not connect to them over ${
        meeting.address ?? process.env.GLOO_SOCKET_IFNAME ?? "the address of this host's name"
      }: set GLOO_SOCKET_IFNAME on each machine to the network interface by which it reaches the others (as \`ip address\` names it)`,
      error,
    );
  }
  return group;
}

function failed(meeting: Meeting, what: string, cause?: unknown): DistributedError {
  const said = cause instanceof Error ? ` (c10d said: ${spoken(cause.message)})` : '';
  return new DistributedError(`${who(meeting)}: ${what}${said}`, {
    rank: meeting.rank,
    operation: 'initProcessGroup',
  });
}

/** Which attempt it is that all ranks are in, in a store that outlives them. */
async function agreeOnAttempt(meeting: Meeting): Promise<string> {
  const { rank, worldSize, milliseconds, where } = meeting;
  const number = await openStore(meeting, 'retort/attempts');
  try {
    return `retort/${await agreedAttempt(number, meeting)}`;
  } catch (error) {
    if (!(error instanceof NobodyCame)) throw failed(meeting, `lost the store at ${where}`, error);
    const group = { number, rank, worldSize, seconds: milliseconds / 1000, where };
    // Who have answered were asked by a rank 0 that is gone.
    throw failed(meeting, missing(group, error.keys, rank === 0 ? [] : [0]), error.cause);
  } finally {
    await asPromise<void>((done) => native.closeGroup(number, done));
  }
}

/** Before the keys of a meeting: another at the same place has others. */
function prefixOf(attempt: string, { where }: Meeting): string {
  const here = `${attempt} at ${where}`;
  const times = meetings.get(here) ?? 0;
  meetings.set(here, times + 1);
  return `${attempt}/${times}`;
}

async function openStore(meeting: Meeting, prefix: string): Promise<number> {
  const { place, where, worldSize, milliseconds } = meeting;
  try {
    return await asPromise((done) => native.openStore(place, prefix, worldSize, milliseconds, done));
  } catch (error) {
    if ('file' in place) throw failed(meeting, `cannot use ${where} to meet the other ranks`, error);
    const what = place.serves
      ? `cannot listen at ${where} for the other ranks: the host must be this one, and the port free (MASTER_ADDR, MASTER_PORT)`
      : `no store answered at ${where} within ${milliseconds / 1000} s: look whether rank 0, or the launcher that has the store, is there, and whether this host and port reach it (MASTER_ADDR, MASTER_PORT)`;
    throw failed(meeting, what, error);
  }
}

/** Says that this rank is there, and waits for all others. */
async function arrive(group: Group, meeting: Meeting): Promise<void> {
  const { number, rank, worldSize } = group;
  const { where, milliseconds } = meeting;
  const keyOf = (other: number): string => `came/${other}`;
  const keys = Array.from({ length: worldSize }, (_, other) => keyOf(other));
  let hellos: string[];
  try {
    const times = await asPromise<number>((done) => native.storeAdd(number, `count/${rank}`, done));
    if (times > 1)
      throw failed(
        meeting,
        `another process has come to ${where} as rank ${rank} already: each must have a RANK of its own${
          'file' in meeting.place ? ', and the file be a new one for each run' : ''
        }`,
      );
    const hello: Hello = { protocol, worldSize };
    await asPromise<void>((done) => native.storeSet(number, keyOf(rank), JSON.stringify(hello), done));
    hellos = await asPromise<string[]>((done) => native.storeWait(number, keys, milliseconds, done));
  } catch (error) {
    if (error instanceof DistributedError) throw error;
    throw failed(meeting, missing(group, keys), error);
  }
  for (const [other, said] of hellos.entries()) {
    const hello = JSON.parse(said) as Hello;
    if (hello.protocol !== protocol)
      throw failed(meeting, `rank ${other} is of another version of @retort/torch: all must be of the same`);
    if (hello.worldSize !== worldSize)
      throw failed(
        meeting,
        `rank ${other} was told that there are ${hello.worldSize} ranks, this one that there are ${worldSize}: WORLD_SIZE must be the same for all`,
      );
  }
}

/** Who has not come. @param instead  where all keys are there */
function missing(
  { number, rank, worldSize, seconds, where }: Group,
  keys: readonly string[],
  instead: readonly number[] = [],
): string {
  const came = native.storeReport(number, `gone/${rank}`, keys, 300);
  if (!came)
    return `the store at ${where} does not answer any more: look at rank 0, or at the launcher that has the store`;
  const absent = came.every(Boolean) ? instead : came.flatMap((is, other) => (is ? [] : [other]));
  if (absent.length === 0)
    return `waited ${seconds} s at ${where}, until the last had just come: give all the same, longer timeout`;
  return `waited ${seconds} s at ${where} for ${ranksAsText(absent)}, of ${worldSize}, in vain: look whether ${
    absent.length === 1 ? 'it was' : 'they were'
  } started, with the same MASTER_ADDR, MASTER_PORT and TORCHELASTIC_RESTART_COUNT`;
}

/** What is to end with the group. */
const dependents = new Set<() => void>();

/** @internal */
export function endsWithGroup(end: () => void): () => void {
  dependents.add(end);
  return () => dependents.delete(end);
}

/**
 * Leaves the group, once all ranks are here; Reducers are disposed of. A group that is broken is left at once.
 *
 * @throws TorchError (it rejects) without a group; DistributedError where a rank does not come
 * @example await distributed.destroyProcessGroup();
 */
export function destroyProcessGroup(): Promise<void> {
  return inTurn(async () => {
    const group = currentGroup();
    if (!group) throw new TorchError('destroyProcessGroup: this process is no rank of a group');
    const isBroken = native.failure(group.number) !== null;
    try {
      if (!isBroken) await promised(barrier());
    } finally {
      for (const end of dependents) end();
      setGroup(null);
    }
    if (!isBroken) await asPromise<void>((done) => native.closeGroup(group.number, done));
  });
}
