/** Ranks that train one student together must have been asked for the same. */
import type { nn } from '@retort/torch';
import { hashTensors } from '../tensors/hash-tensors.ts';
import type { Ranks } from './ranks.ts';

export class RanksError extends Error {
  override readonly name = 'RanksError';
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

/**
 * @param what  by which name a sentence says it: what each rank has, which JSON can say
 * @throws RanksError on every rank, with the first thing in which one differs from the first
 */
export function refuseOtherRanks(ranks: Ranks, what: Readonly<Record<string, unknown>>): void {
  const all = ranks.exchange(what);
  const [first = {}] = all;
  for (const [rank, own] of all.entries())
    for (const name of new Set([...Object.keys(first), ...Object.keys(own)]))
      if (JSON.stringify(own[name]) !== JSON.stringify(first[name]))
        throw new RanksError(
          `rank ${rank} differs from rank 0 in ${name}: ${shown(own[name])}, and not ${shown(first[name])}; all must run the same, of the same version, on the same files`,
        );
}

/** @throws RanksError on every rank, where one begins with other weights than the first: gradients of several networks would be averaged */
export function refuseOtherWeights(ranks: Ranks, student: nn.Module): void {
  if (ranks.count === 1) return;
  const all = ranks.exchange(hashTensors(Object.fromEntries(student.namedParameters())));
  const rank = all.findIndex((sum) => sum !== all[0]);
  if (rank > 0)
    throw new RanksError(
      `the student of rank ${rank} has other weights than that of rank 0: all must begin with the same, so call manualSeed(0) on each rank before the student is made, or load one file`,
    );
}
