/** Linear probes: of all labels, and of a few. */
import type { Spread } from '../runs/index.ts';
import type { Settings } from './asked.ts';
import { dispose, type Labelled, taken } from './labelled.ts';
import { accuracyOf, fitted, prepared, scalingOf } from './linear.ts';
import {
  type ChosenStrength,
  chosenStrength,
  heldShare,
  strengthWithin,
  type TriedStrength,
} from './strength.ts';

/** Of all labels. */
export interface LinearProbe {
  readonly top1: number;
  /** The same on what it learned from. */
  readonly trainTop1: number;
  readonly l2: number;
  /** On what the strength was chosen; null where there was no choice. */
  readonly chosenOn: 'validation' | 'held out' | null;
  /** How many samples these are. */
  readonly chosenBy: number;
  readonly tried: readonly TriedStrength[];
  readonly iterations: number;
  /** Whether it is at its optimum; false where the steps ran out. */
  readonly converged: boolean;
}

/** Of a share of the labels. */
export interface FewProbe {
  readonly share: number;
  /** Labels of each class; fewer of a class that has not so many. */
  readonly perClass: number;
  /** One for each draw. */
  readonly l2: readonly number[];
  /** Whether each draw chose its strength on a fifth of its own labels; else it is 1 / N, scikit-learn's default. */
  readonly isChosen: boolean;
  readonly top1: Spread;
}

/** Features of all splits. */
export interface FeatureSplits {
  readonly train: Labelled;
  readonly validation?: Labelled | undefined;
  readonly test: Labelled;
}

/** The share of a draw's own labels by which its strength is chosen, and how many of each class that takes at least. */
export const [ownShare, enough] = [0.2, 5];

/** A linear probe of all labels. */
export async function linearProbe(
  { train, validation, test }: FeatureSplits,
  { l2, standardise, seed, signal, classes }: Settings,
): Promise<LinearProbe> {
  using owned = new DisposableStack();
  const own = <T extends { dispose(): void }>(one: T): T => owned.adopt(one, (it) => it.dispose());
  const scaling = scalingOf(train.vectors);
  for (const one of Object.values(scaling)) own(one);
  const inputs = own(prepared(train.vectors, scaling, standardise));
  const all = { vectors: inputs, labels: train.labels };
  const [only, ...more] = l2;
  let chosen: ChosenStrength = { l2: only ?? Number.NaN, tried: [], chosenBy: 0 };
  const isChosen = more.length > 0;
  if (isChosen && validation) {
    const judged = own(prepared(validation.vectors, scaling, standardise));
    const held = { vectors: judged, labels: validation.labels };
    chosen = await chosenStrength(all, held, { strengths: l2, classes, signal });
  } else if (isChosen)
    chosen = await strengthWithin(all, { strengths: l2, classes, share: heldShare, seed, signal });
  const { weights, ...found } = await fitted(inputs, train.labels, { l2: chosen.l2, classes, signal });
  own(weights);
  return {
    top1: accuracyOf(own(prepared(test.vectors, scaling, standardise)), test, weights),
    trainTop1: accuracyOf(inputs, train, weights),
    ...chosen,
    chosenOn: isChosen ? (validation ? 'validation' : 'held out') : null,
    ...{ iterations: found.iterations, converged: found.converged },
  };
}

/** A linear probe of one draw of a few labels. */
export async function fewOnce(
  { train, test }: FeatureSplits,
  places: Int32Array,
  isChosen: boolean,
  { l2, standardise, seed, signal, classes }: Settings,
): Promise<{ top1: number; l2: number }> {
  using owned = new DisposableStack();
  const own = <T extends { dispose(): void }>(one: T): T => owned.adopt(one, (it) => it.dispose());
  const drawn = taken(train, places);
  owned.defer(() => dispose(drawn));
  const scaling = scalingOf(drawn.vectors);
  for (const one of Object.values(scaling)) own(one);
  const inputs = own(prepared(drawn.vectors, scaling, standardise));
  const all = { vectors: inputs, labels: drawn.labels };
  const [only, ...more] = l2;
  const strength =
    more.length === 0
      ? (only ?? Number.NaN)
      : isChosen
        ? (await strengthWithin(all, { strengths: l2, classes, share: ownShare, seed, signal })).l2
        : 1 / places.length;
  const { weights } = await fitted(inputs, drawn.labels, { l2: strength, classes, signal });
  own(weights);
  return { top1: accuracyOf(own(prepared(test.vectors, scaling, standardise)), test, weights), l2: strength };
}
