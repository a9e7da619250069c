/** Options by name, and what was probably meant by a name that does not exist. */
import { TorchError } from './errors.ts';

/** The names of the options of an interface, all of them: the compiler holds the list against it. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

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

/** Names by their likeness to one, nearest first. */
export function byLikeness(name: string, names: readonly string[]): string[] {
  return names
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .map(({ candidate }) => candidate);
}

/** The name that was probably meant; null where none is like it. */
export function likeliest(name: string, names: readonly string[]): string | null {
  const [nearest = ''] = byLikeness(name, names);
  const isLike = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, name.length / 3);
  return isLike ? nearest : null;
}

/** The error for an option that does not exist: `Conv2d has no option 'pading': did you mean 'padding'? It has stride, padding`. */
export function unknownOption(
  what: string,
  name: string,
  names: readonly string[],
  kind = 'option',
): TorchError {
  const meant = likeliest(name, names);
  const guess = meant === null ? '; it' : `: did you mean '${meant}'? It`;
  return new TorchError(
    `${what} has no ${kind} '${name}'${guess} has ${names.length ? names.join(', ') : 'none'}`,
  );
}

/**
 * Refuses options that do not exist, which TypeScript finds only where they are written out on the spot.
 *
 * @throws TorchError that names the nearest option, or says that `options` is no object, as where PyTorch takes a value in order
 * @example refuseUnknown('train', { epoch: 3 }, { epochs: true }) // train has no option 'epoch': did you mean 'epochs'? It has epochs
 */
export function refuseUnknown(what: string, options: object, names: Readonly<Record<string, true>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TorchError(
      `${what} takes its options by name, as { ${Object.keys(names)[0]}: … }, got ${String(options)}`,
    );
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name)) throw unknownOption(what, name, Object.keys(names));
}
