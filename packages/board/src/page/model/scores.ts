/** How scores are shown: what is not there is an empty text. */
import { isShare, lastPart, scoreName, scoreText as textOf } from 'retort/scores';
import type { GroupScore } from '../../api.ts';

/** @example unitOf('top1') // '%' */
export const unitOf = (tag: string): '%' | '' => (isShare(lastPart(tag)) ? '%' : '');

/** @example scoreText('top1', 0.7213) // '72.13' */
export const scoreText = (tag: string, value: number | null): string =>
  value === null ? '' : textOf(lastPart(tag), value);

const withUnit = (tag: string, text: string): string => [text, text && unitOf(tag)].filter(Boolean).join(' ');

/** With its unit. @example scoreShown('top1', 0.7213) // '72.13 %' */
export const scoreShown = (tag: string, value: number | null): string => withUnit(tag, scoreText(tag, value));

/** A mean and what runs spread around it. @example spreadText('top1', { mean: 0.72, deviation: 0.01, n: 3 }) // '72.00 ± 1.00' */
export const spreadText = (tag: string, { mean, deviation, n }: GroupScore): string =>
  n < 2 ? scoreText(tag, mean) : `${scoreText(tag, mean)} ± ${scoreText(tag, deviation)}`;

/** With its unit. @example spreadShown('top1', { mean: 0.72, deviation: 0.01, n: 3 }) // '72.00 ± 1.00 %' */
export const spreadShown = (tag: string, score: GroupScore): string => withUnit(tag, spreadText(tag, score));

/** @example metricName('test/top1') // 'top-1' */
export const metricName = (tag: string): string => scoreName(lastPart(tag));
