/** How scores are printed: shares in percent, other numbers with the digits that say something. */
import { isShare, scoreName } from '../metrics/score-names.ts';
import { percent } from './table.ts';

export { scoreName } from '../metrics/score-names.ts';

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
