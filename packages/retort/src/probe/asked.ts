/** What is asked of features, and what of it can be. */
import { defaults } from '../defaults.ts';
import { ProbeError } from './errors.ts';
import { perClass, refuseFewerThanClasses } from './few.ts';

/** What is asked of features. What is left out is as `defaults.probing` has it. */
export interface AskedOfFeatures {
  /** Strengths λ of the penalty, of which the best is taken: mean cross entropy + λ/2 ‖W‖². One alone is taken as it is. */
  readonly l2?: readonly number[] | undefined;
  /** Whether each feature is brought to mean 0 and deviation 1 by the training samples before the linear probe; true where it is left out. */
  readonly standardise?: boolean | undefined;
  /** Numbers of nearest neighbours, by cosine. */
  readonly neighbours?: readonly number[] | undefined;
  /** τ of the weight exp(cosine / τ) of a neighbour, 0.07 in DINO; null, where it is left out, has all count alike. */
  readonly temperature?: number | null | undefined;
  /** Shares of the labels that linear probes learn from, the same number of each class. */
  readonly few?: readonly number[] | undefined;
  /** How many draws there are of each share. */
  readonly seeds?: number | undefined;
  /** Of the first draw, and of the samples by which a strength is chosen; 0 where it is left out. */
  readonly seed?: number | undefined;
  /** Told of each part: what it is, and how far. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What messages call it, and its classes. */
export interface Named {
  readonly name: string;
  readonly classes: readonly string[];
}

/** @throws ProbeError for what is no such list */
function refuseOdd(
  what: string,
  values: readonly number[],
  isRight: (value: number) => boolean,
  must: string,
): void {
  if (values.length === 0) throw new ProbeError(`${what} is an empty list: name one at least`);
  const wrong = values.find((value) => !isRight(value));
  if (wrong !== undefined) throw new ProbeError(`${what}: ${wrong} must be ${must}`);
}

/** @throws ProbeError for what cannot be asked of any features */
export function checkAsked({ l2, neighbours, few, temperature, seeds }: AskedOfFeatures): void {
  const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (l2) refuseOdd('l2', l2, (value) => value > 0 && Number.isFinite(value), 'a number above 0');
  if (neighbours) refuseOdd('neighbours', neighbours, isWhole, 'a whole number from 1');
  if (few?.length) refuseOdd('few', few, (value) => value > 0 && value < 1, 'a share between 0 and 1');
  if (temperature != null && !(temperature > 0))
    throw new ProbeError(`temperature: ${temperature} must be above 0`);
  if (seeds !== undefined && !isWhole(seeds))
    throw new ProbeError(`seeds: ${seeds} must be a whole number from 1`);
}

/** What is asked of so many samples: what defaults ask in vain is left out and said. @throws ProbeError for what was asked in vain by name */
export function answerable(asked: AskedOfFeatures, samples: number, { name, classes }: Named) {
  const { neighbours = defaults.probing.neighbours, few = defaults.probing.few } = asked;
  const notes: string[] = [];
  const most = Math.max(...neighbours);
  if (asked.neighbours && most > samples)
    throw new ProbeError(
      `${name} has ${samples} samples, and ${most} neighbours are asked: ask ${samples} or fewer`,
    );
  const near = neighbours.filter((count) => count <= samples);
  if (near.length < neighbours.length)
    notes.push(`${name} has ${samples} samples, and more neighbours are not asked`);
  for (const share of asked.few ?? []) refuseFewerThanClasses(share, samples, classes.length, name);
  const shares = few.filter((share) => perClass(share, samples, classes.length) > 0);
  const left = few.filter((share) => !shares.includes(share));
  if (left.length > 0)
    notes.push(
      `${left.map((share) => `${100 * share} %`).join(' and ')} of the ${samples} samples of ${name} are fewer labels than its ${classes.length} classes, and nothing is learned from so few`,
    );
  return { neighbours: near, few: shares, notes };
}

/** All that was asked, with the defaults. */
export interface Settings {
  readonly l2: readonly number[];
  readonly standardise: boolean;
  readonly seed: number;
  readonly classes: number;
  readonly signal: AbortSignal | undefined;
}

/** With what it leaves out. */
export const settled = (asked: AskedOfFeatures, classes: number): Settings => ({
  l2: asked.l2 ?? defaults.probing.l2,
  standardise: asked.standardise ?? defaults.probing.standardise,
  seed: asked.seed ?? 0,
  classes,
  signal: asked.signal,
});
