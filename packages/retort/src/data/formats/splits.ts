/** Splits by their names, put together: what is missing is held out, or is nothing to learn from. */
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { heldShare, heldText } from './held-share.ts';
import type { Labels, What } from './labels.ts';
import { type Reading, sourceText, type Warn } from './reading.ts';

export type SplitName = 'train' | 'validation' | 'test';

const names: Readonly<Record<string, SplitName>> = {
  train: 'train',
  dev: 'validation',
  val: 'validation',
  validation: 'validation',
  test: 'test',
};

/** The split that a name is of, by one of its words; null where there is none. @example splitOf('imagenet-val-000012') // 'validation' */
export function splitOf(name: string): SplitName | null {
  const found = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((word) => (Object.hasOwn(names, word) ? (names[word] ?? []) : []));
  return found[0] ?? null;
}

/** The split that a folder of images with boxes is of, as `splitOf`: exports call one `valid`. */
export const splitOfFolder = (name: string): SplitName | null =>
  /^valid$/i.test(name) ? 'validation' : splitOf(name);

/** Where a split lies. */
export interface SplitPlace {
  readonly split: SplitName;
  readonly place: string;
}

/** A split that was found. */
export interface Found {
  readonly split: SplitName;
  readonly size: number;
  readonly labels: Labels | null;
  /** As a data set. @param chosen  places of its images; all where it is null */
  dataset(name: string, chosen: readonly number[] | null): Dataset;
}

/** How many samples stand for a split to be judged on: enough that ten neighbours among them are no chance, and few beside an epoch. */
const mostStandIns = 256;

/** Places of samples that stand for a split to be judged on, from all of the data. */
function standIns(size: number): number[] {
  const count = Math.min(mostStandIns, size);
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

/** What the data itself cannot judge, as `source` says it. */
export const unjudged = (place: string, what: What = 'image'): string =>
  `${place}, whose ${what}s have no labels`;

/**
 * The splits of a data set. One to learn from alone has a share of each class held out; without labels some of its own images stand for one: nothing of them says what is right, only
 * whether networks answer, and how alike. Where there are both `validation` and `test`, the first is the one to choose by.
 *
 * @param warn  told of splits that are left out, as they have no labels to be judged by
 * @throws DataError where two are of one split, or there is none
 */
export function assembled(
  found: readonly Found[],
  options: { place: string; testShare: number; warn: Warn; exif?: Reading['exif']; what?: What },
): Splits {
  const { source, ...splits } = splitsOf(found, options);
  return { ...splits, source: sourceText(source, options.exif ?? 'ignore') };
}

function splitsOf(
  found: readonly Found[],
  { place, testShare, warn, what = 'image' }: { place: string; testShare: number; warn: Warn; what?: What },
): Splits {
  const of = (name: SplitName): Found | undefined => {
    const [first, second] = found.filter(({ split }) => split === name);
    if (second) throw new DataError(`${place}: there are two splits to be called ${name}: leave one out`);
    return first;
  };
  const toJudge = (name: 'validation' | 'test'): Found | undefined => {
    const one = of(name);
    if (!one || one.labels) return one;
    warn(`${place}: the ${one.split} split is left out: its ${what}s have no labels to be judged by`);
    return undefined;
  };
  const train = of('train');
  const [validation, test] = [toJudge('validation'), toJudge('test')];
  const judged = test ?? validation;
  const called = (one: Found): string => (one === validation ? 'val' : one.split);
  if (!train) {
    if (!judged) throw new DataError(`${place} has no split`);
    return {
      train: judged.dataset('train', []),
      test: judged.dataset(called(judged), null),
      source: `${place}, which is to be judged on alone, and has no train split beside it`,
    };
  }
  if (judged)
    return {
      train: train.dataset('train', null),
      test: judged.dataset(called(judged), null),
      ...(validation && test ? { validation: validation.dataset('val', null) } : {}),
      source: train.labels ? place : `${place}, whose train split has no labels`,
    };
  if (!train.labels) {
    const few = standIns(train.size);
    return {
      train: train.dataset('train', null),
      test: train.dataset('samples of train', few),
      source: unjudged(place, what),
    };
  }
  const parted = heldShare(place, train.labels, testShare, what);
  return {
    train: train.dataset('train', parted.rest),
    test: train.dataset('test', parted.held),
    // Numbers and several classes are parted as one class.
    source: heldText(place, parted, what, train.labels.classes.length === 1 ? '' : undefined),
  };
}
