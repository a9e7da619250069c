/** How scores are printed. */
import { isShare, scoreName, scoreText } from '../scores.ts';

export { lastPart, scoreName, scoreText } from '../scores.ts';

/** The same with its unit, for the head of a column. @example scoreUnit('top1') // 'top-1 %' */
export const scoreUnit = (name: string): string => `${scoreName(name)}${isShare(name) ? ' %' : ''}`;

/** @example shownScore('top1', 0.7213) // 'top-1 72.13' */
export const shownScore = (name: string, value: number): string =>
  `${scoreName(name)} ${scoreText(name, value)}`;

/** The scores of an evaluation: how many samples they are of, and how fast, is none. */
export const scoresOf = (evaluated: Readonly<Record<string, number>>): [name: string, value: number][] =>
  Object.entries(evaluated).filter(([name]) => !/^samples(PerSecond)?$/.test(name));
