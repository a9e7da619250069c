/** Paths of modules within a model, and what was probably meant by one that does not exist. */
import { TorchError } from '../errors.ts';

/** The least number of letters to insert, delete or exchange. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const shown = 12;

/** @internal The error for a name that does not exist among others, which it lists, nearest first. */
export function unknownName(owner: string, what: string, name: string, names: readonly string[]): TorchError {
  const nearest = names
    .map((candidate) => ({ candidate, far: distance(name, candidate) }))
    .sort((a, b) => a.far - b.far)
    .map(({ candidate }) => `'${candidate}'`);
  const list = nearest.slice(0, shown).join(', ');
  const rest = nearest.length > shown ? `, … (${nearest.length} in all)` : '';
  return new TorchError(
    `${owner} has no ${what} '${name}'; there ${nearest.length ? `are ${list}${rest}` : 'is none'}`,
  );
}
