/** Runs that a program put together: their settings are those of a recipe, but for the samples that it chose. */
import type { Dataset, Splits } from '../data/index.ts';
import { asRecord } from '../runs/index.ts';

/** The samples of a run that a program put together, which no recipe says. */
export interface ChosenSamples {
  /** All of the data that the program knew. */
  readonly whole: Splits;
  /** Of the training split, what the run learned from. */
  readonly learned: Dataset;
}

type Settings = Readonly<Record<string, unknown>>;

/** Its settings in the words of recipes, which say nothing of chosen samples. */
export function inWordsOfRecipes({ program: _, data, ...rest }: Settings): Settings {
  const { samples: __, order, ...own } = asRecord(data) ?? {};
  return { ...rest, data: { ...own, ...(order !== undefined && { sampling: order }) } };
}

/** How many samples it learned from, as it says itself; null where it does not. */
export function countSaid({ data }: Settings): number | null {
  const { samples } = asRecord(data) ?? {};
  return typeof samples === 'number' ? samples : null;
}
