/** The group that this process is a rank of, and what is said when it breaks. */
import { TorchError } from '../dispatch/errors.ts';
import { type GroupNumber, native } from '../dispatch/native.ts';
import { DistributedError } from './errors.ts';

/** Ranks that have met. */
export interface Group {
  readonly number: GroupNumber;
  readonly rank: number;
  readonly worldSize: number;
  readonly seconds: number;
  /** Where the store is. */
  readonly where: string;
}

let group: Group | null = null;
let underWay = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * @internal Lets promised work of several calls wait for one another: in which order ranks do things together must not depend on which is done
 * first.
 */
export async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  underWay++;
  const mine = last.then(work);
  last = mine.catch(() => {});
  try {
    return await mine;
  } finally {
    underWay--;
  }
}

/** @internal @throws TorchError while something that was promised is under way, for what cannot wait for promises */
export function refuseInBetween(operation: string): void {
  if (underWay > 0)
    throw new TorchError(
      `${operation}: something that was promised is under way between the ranks: await it first`,
    );
}

/** @internal */
export function setGroup(formed: Group | null): void {
  group = formed;
}

/** @internal The group, or null. */
export const currentGroup = (): Group | null => group;

/** Whether this process is a rank of a group. @example if (distributed.isInitialized()) console.log(distributed.getRank()); */
export function isInitialized(): boolean {
  return group !== null;
}

/** @internal @throws TorchError without a group, DistributedError where it is broken */
export function groupFor(operation: string): Group {
  const found = known(operation);
  const why = native.failure(found.number);
  if (why !== null)
    throw new DistributedError(
      `${who(found)}: ${operation} is not possible any more, since the group is broken (${spoken(why)}): ${leave}`,
      { rank: found.rank, operation },
    );
  return found;
}

/** Which rank this process is. @throws TorchError without a group @example if (distributed.getRank() === 0) save(); */
export function getRank(): number {
  return known('getRank').rank;
}

/** How many ranks there are. @throws TorchError without a group @example distributed.getWorldSize() // 2 */
export function getWorldSize(): number {
  return known('getWorldSize').worldSize;
}

function known(operation: string): Group {
  if (!group)
    throw new TorchError(`${operation}: this process is no rank of a group: call initProcessGroup() first`);
  return group;
}

/** @internal */
export const who = ({ rank, worldSize }: Pick<Group, 'rank' | 'worldSize'>): string =>
  `rank ${rank} of ${worldSize}`;

/** @internal What is to be done about a broken group. */
export const leave =
  'leave with a non-zero exit code, and have all ranks started again from their last checkpoint';

/** @internal `rank 1`, `ranks 1, 2 and 5`. */
export function ranksAsText(ranks: readonly number[]): string {
  const shown = ranks.slice(0, 8).map(String);
  if (ranks.length > 8) shown.push(`${ranks.length - 8} more`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? `rank ${last}` : `ranks ${shown.join(', ')} and ${last}`;
}

/** For how long those that have failed too are given to say so. */
const reportMilliseconds = 700;

/** Which ranks have not failed with this one: those that hang, or are gone. */
function silentRanks({ number, rank, worldSize, where }: Group): string {
  const keyOf = (other: number): string => `failed/${other}`;
  const others = Array.from({ length: worldSize }, (_, other) => other).filter((other) => other !== rank);
  const there = native.storeReport(number, keyOf(rank), others.map(keyOf), reportMilliseconds);
  if (there === null)
    return `the store at ${where} does not answer: look first at rank 0, or at the launcher that has the store`;
  const silent = others.filter((_, i) => !there[i]);
  if (silent.length === 0) return 'all other ranks failed with it, so look at the network between them';
  const [they, ended] =
    silent.length === 1 ? ['it', 'it has ended, hangs'] : ['they', 'they have ended, hang'];
  return `${ranksAsText(silent)} did not say that ${they} failed, too: look there first, whether ${ended}, or is in another operation`;
}

/** @internal What c10d said, without where in its sources, and without Gloo's wishes of good luck. */
export const spoken = (message: string): string =>
  message
    .replace(/\[[^\]]*\/gloo\/[^\]]*\] /, '')
    .replace(/\s*GLHF! \u{1f3d6}\ufe0f/u, '')
    .replace(/\s*\n[\s\S]*$/, '')
    .trim();

/**
 * @internal Breaks the group, of which something failed between ranks, and says what to look at.
 *
 * @param message  c10d's own words
 */
export function broken(failed: Group, operation: string, message: string): DistributedError {
  const { rank, number, seconds } = failed;
  const said = spoken(message);
  native.breakGroup(number, `${operation}: ${said}`);
  const what = /time[d ]?[- ]?out/i.test(said)
    ? `waited ${seconds} s for other ranks, the group's time-out, in vain`
    : 'lost the connection to another rank';
  return new DistributedError(
    `${who(failed)}: ${operation} ${what}; ${silentRanks(failed)}. The group is broken: ${leave}. c10d said: ${said}`,
    { rank, operation },
  );
}
