/** How strong the L2 penalty of a linear probe is, chosen by samples that it does not learn from. */
import { scope, tensor } from '@retort/torch';
import { drawEach } from './few.ts';
import { dispose, type Labelled, placesByClass } from './labelled.ts';
import { accuracyOf, fitted } from './linear.ts';

/** A strength, and how well it did. */
export interface TriedStrength {
  /** λ of the mean cross entropy + λ/2 ‖W‖². */
  readonly l2: number;
  /** On the samples by which it is chosen. */
  readonly top1: number;
}

/** The best of those that were tried. */
export interface ChosenStrength {
  readonly l2: number;
  /** In the order in which they were tried. */
  readonly tried: readonly TriedStrength[];
  /** How many samples chose. */
  readonly chosenBy: number;
}

/** Features that are `prepared`, with their labels. */
export type Prepared = Labelled;

/** The share of each class by which a strength is chosen. */
export const heldShare = 0.1;

/** How precise a fit is that only tells strengths apart. */
const tolerance = 1e-2;

/** Strengths in a row that are worse than the best, after which no weaker one is tried. */
const patience = 2;

/** A share of each class, at least one sample of it, apart from the rest. */
export function parted(
  all: Prepared,
  classes: number,
  share: number,
  seed: number,
): { readonly rest: Prepared; readonly held: Prepared } {
  const { drawn, rest } = drawEach(
    placesByClass(all, classes),
    // A class of one sample is learned from.
    (samples) => Math.min(samples - 1, Math.max(1, Math.round(share * samples))),
    { seed },
  );
  const at = (places: Int32Array): Prepared =>
    scope(() => {
      const index = tensor(places);
      return { vectors: all.vectors.index_select(0, index), labels: all.labels.index_select(0, index) };
    });
  return { rest: at(rest), held: at(drawn) };
}

/**
 * The best of several strengths: from the strongest on, each begun where the one before ended, until two in a row are worse than the best.
 *
 * @returns those that were tried, in that order, and the best of them; of several alike the strongest
 * @throws the signal's reason if it is aborted
 */
export async function chosenStrength(
  rest: Prepared,
  held: Prepared,
  {
    strengths,
    classes,
    signal,
  }: { strengths: readonly number[]; classes: number; signal?: AbortSignal | undefined },
): Promise<ChosenStrength> {
  const tried: TriedStrength[] = [];
  let best: TriedStrength | null = null;
  let worse = 0;
  using before = new DisposableStack();
  let start: Awaited<ReturnType<typeof fitted>>['weights'] | undefined;
  for (const l2 of strengths.toSorted((a, b) => b - a)) {
    const { weights } = await fitted(rest.vectors, rest.labels, { l2, classes, start, tolerance, signal });
    start = before.use(weights);
    const found = { l2, top1: accuracyOf(held.vectors, held, weights) };
    tried.push(found);
    worse = best && found.top1 < best.top1 ? worse + 1 : 0;
    if (!best || found.top1 > best.top1) best = found;
    if (worse >= patience) break;
  }
  return { l2: best?.l2 ?? Number.NaN, tried, chosenBy: held.labels.size(0) };
}

/** The same, by a share of each class of what is learned from. */
export async function strengthWithin(
  all: Prepared,
  options: {
    readonly strengths: readonly number[];
    readonly classes: number;
    readonly share: number;
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ChosenStrength> {
  const { rest, held } = parted(all, options.classes, options.share, options.seed);
  try {
    return await chosenStrength(rest, held, options);
  } finally {
    dispose(rest);
    dispose(held);
  }
}
