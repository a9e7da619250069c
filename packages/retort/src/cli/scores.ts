/** How scores are printed: shares in percent, other numbers with the digits that say something. */
import { percent } from './table.ts';

const names: Readonly<Record<string, string>> = {
  top1: 'top-1',
  top5: 'top-5',
  crossEntropy: 'cross entropy',
  neighbours: 'nearest neighbours',
  matthews: 'Matthews correlation',
  f1: 'F1',
  macroF1: 'macro F1',
  microF1: 'micro F1',
  subsetAccuracy: 'subset accuracy',
  averagePrecision: 'average precision',
  pearson: 'Pearson',
  spearman: 'Spearman',
  corr: 'mean of Pearson and Spearman',
  mse: 'mean squared error',
  mae: 'mean absolute error',
};

/** Whether a score is a share in [0, 1]. */
const isShare = (name: string): boolean =>
  /^(top\d+|neighbours|f1|macroF1|microF1|subsetAccuracy|averagePrecision)$/.test(name);

/** What a score is called where there is room for words. @example scoreName('top1') // 'top-1' */
export const scoreName = (name: string): string => names[name] ?? name;

/** The same with its unit, for the head of a column. @example scoreUnit('top1') // 'top-1 %' */
export const scoreUnit = (name: string): string => `${scoreName(name)}${isShare(name) ? ' %' : ''}`;

/** Of a score by its name, whatever stands before it: `test/top1`. */
export const lastPart = (tag: string): string => tag.split(' ', 1)[0]?.split('/').at(-1) ?? tag;

/** @example scoreText('top1', 0.7213) // '72.13' */
export function scoreText(name: string, value: number): string {
  if (isShare(name)) return percent(value);
  return Math.abs(value) >= 1000 ? value.toPrecision(6) : value.toFixed(4);
}

/** @example shownScore('top1', 0.7213) // 'top-1 72.13' */
export const shownScore = (name: string, value: number): string =>
  `${scoreName(name)} ${scoreText(name, value)}`;

/** The scores of an evaluation: how many samples they are of, and how fast, is none. */
export const scoresOf = (evaluated: Readonly<Record<string, number>>): [name: string, value: number][] =>
  Object.entries(evaluated).filter(([name]) => !/^samples(PerSecond)?$/.test(name));
