/** What ranks that are in one run have in common: with what they begin, and when they stop or save. */
import { type Ranks, refuseOtherRanks, refuseOtherWeights } from '../ranks/index.ts';
import { type Inputs, shortSum } from '../runs/index.ts';
import type { Trainer } from '../train/index.ts';
import { platform } from './resume.ts';

/** The same, each by a name that says what it is of. */
const named = (of: string, values: object): object =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${of} ${name}`, value]));

/** @throws RanksError on every rank where one is of another version, recipe, content or precision, or begins with other weights */
export function refuseOthers({ ranks, precision, student }: Trainer, settings: object, inputs: Inputs): void {
  const contents = Object.entries(inputs).map(([name, { sha256 }]) => [name, shortSum(sha256)]);
  refuseOtherRanks(ranks, {
    ...named('the version of', platform(ranks.count).versions),
    ...{ precision, 'the recipe': settings },
    ...named('the content of', Object.fromEntries(contents)),
  });
  refuseOtherWeights(ranks, student);
}

/** What a run is asked for on its way. */
export interface Wishes {
  /** To stop. */
  readonly stop: boolean;
  /** A checkpoint. */
  readonly save: boolean;
}

/** What any of the ranks wishes: all do the same after the same step. */
export function wishesOfAll(ranks: Ranks, own: Wishes): Wishes {
  const all = ranks.exchange(own);
  return { stop: all.some(({ stop }) => stop), save: all.some(({ save }) => save) };
}
