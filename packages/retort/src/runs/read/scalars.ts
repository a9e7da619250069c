/** The numbers of a line of `metrics.jsonl`, under the tags by which TensorBoard and `retort compare` show them. */
import { asRecord } from './log.ts';

const tags: Readonly<Record<string, string>> = {
  losses: 'train',
  watched: 'train',
  samplesPerSecond: 'train/samplesPerSecond',
  // As earlier versions wrote them.
  trainTop1: 'train/top1',
  imagesPerSecond: 'train/imagesPerSecond',
};
/** Where and how much, not how well. */
const left = new Set(['stage', 'epoch', 'epochs', 'seconds', 'samples', 'images']);

/**
 * The same with what was no finite number, which JSON has as null: a loss that is not a number any more, say.
 *
 * @example measuredIn({ losses: { kd: null }, samplesPerSecond: null }) // { 'train/kd': null }
 */
export function measuredIn(line: Readonly<Record<string, unknown>>): Record<string, number | null> {
  const found: Record<string, number | null> = {};
  const collect = (values: Readonly<Record<string, unknown>>, folder: string): void => {
    for (const [key, value] of Object.entries(values)) {
      if (left.has(key)) continue;
      const tag = folder ? `${folder}/${key}` : (tags[key] ?? key);
      const inner = asRecord(value);
      if (inner) collect(inner, tag);
      else if (typeof value === 'number') found[tag] = Number.isFinite(value) ? value : null;
      else if (value === null && !isLeftOut(key, folder)) found[tag] = null;
    }
  };
  collect(line, '');
  return found;
}

/** Null also stands for what was not measured: how fast the first steps are, and samples held out where there are none. */
const isLeftOut = (key: string, folder: string): boolean =>
  key === 'samplesPerSecond' || (folder === '' && key !== 'gradientNorm');

/**
 * Losses are `train/NAME`, evaluations `test/NAME` and `validation/NAME`; lists, such as the accuracy of each class, are left out.
 *
 * @example scalarsOf({ epoch: 1, losses: { kd: 2 }, lr: 0.1, test: { top1: 0.6 } }) // { 'train/kd': 2, lr: 0.1, 'test/top1': 0.6 }
 */
export const scalarsOf = (line: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(measuredIn(line)).filter((pair): pair is [string, number] => pair[1] !== null),
  );

/**
 * The tags of the terms that a line's loss was added up of: their numbers are each times its weight, so those of two runs are like only where
 * the weights are. The sum, `loss`, is none.
 *
 * @example termsOf({ losses: { ce: 0.1, kd: 2, loss: 2.1 } }) // ['train/ce', 'train/kd']
 */
export const termsOf = ({ losses }: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(asRecord(losses) ?? {}).flatMap((name) => (name === 'loss' ? [] : `${tags.losses}/${name}`));
