/** Ranks that train one student together must have been asked for the same. */
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
          `rank ${rank} has another ${name} than rank 0: ${shown(own[name])}, and not ${shown(first[name])}; all must run the same command of the same version, on the same files`,
        );
}
