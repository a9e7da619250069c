/** A few labels of many: as many of each class, drawn by a seed. */
import { permutation } from '../data/index.ts';
import { quoted } from '../words/listed.ts';
import { counted } from '../words/numbers.ts';
import { ProbeError } from './errors.ts';

/** How many samples of each class a share of all comes to; 0 where there are fewer labels than classes. @example perClass(0.01, 50_000, 100) // 5 */
export function perClass(share: number, samples: number, classes: number): number {
  const labels = Math.round(share * samples);
  return labels < classes ? 0 : Math.floor(labels / classes);
}

/** @throws ProbeError for a share that has fewer labels than there are classes */
export function refuseFewerThanClasses(share: number, samples: number, classes: number, name: string): void {
  if (perClass(share, samples, classes) > 0) return;
  throw new ProbeError(
    `${Number((100 * share).toPrecision(6))} % of the ${samples} samples of ${name} come to ${counted(Math.round(share * samples), 'label')}, and there are ${classes} classes: take a larger share, so that each has one`,
  );
}

/** @throws ProbeError where classes have no sample to learn from */
export function refuseEmptyClasses(
  places: readonly (readonly number[])[],
  classes: readonly string[],
  name: string,
): void {
  const empty = classes.filter((_, i) => (places[i]?.length ?? 0) === 0);
  if (empty.length > 0)
    throw new ProbeError(
      `${name} has no sample of ${empty.length === 1 ? 'the class' : 'the classes'} ${quoted(empty)}, so that nothing can be learned of ${empty.length === 1 ? 'it' : 'them'}: give it some, or leave the class out of the data`,
    );
}

/** What was drawn, and the rest; each in the order of the samples. */
export interface Drawn {
  readonly drawn: Int32Array;
  readonly rest: Int32Array;
}

/**
 * So many of each class, drawn by the seed; all of a class that has no more.
 *
 * @param places  of the samples of each class, rising
 * @param count  how many of one that has so many
 * @example drawEach(placesByClass(train, 10), () => 5, { seed: 0 }).drawn.length // 50
 */
export function drawEach(
  places: readonly (readonly number[])[],
  count: (samples: number) => number,
  { seed }: { readonly seed: number },
): Drawn {
  const size = places.reduce((most, own) => Math.max(most, ...own.slice(-1)), -1) + 1;
  const order = permutation(size, { seed, epoch: 0, purpose: 'subset' });
  const rank = new Int32Array(size);
  for (const [at, place] of order.entries()) rank[place] = at;
  const drawn: number[] = [];
  const rest: number[] = [];
  for (const own of places) {
    const shuffled = own.toSorted((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0));
    const taken = Math.min(count(own.length), own.length);
    for (const [at, place] of shuffled.entries()) (at < taken ? drawn : rest).push(place);
  }
  return { drawn: Int32Array.from(drawn).sort(), rest: Int32Array.from(rest).sort() };
}
