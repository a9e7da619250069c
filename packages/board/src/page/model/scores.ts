/** How scores are shown: shares in percent, other numbers with four digits behind the point. */
import { isShare, scoreName } from 'retort/scores';

/** A score's own name within a tag. @example metricOf('test/top1 (best)') // 'top1' */
export const metricOf = (tag: string): string => tag.split(' ', 1)[0]?.split('/').at(-1) ?? tag;

/** @example unitOf('top1') // '%' */
export const unitOf = (tag: string): '%' | '' => (isShare(metricOf(tag)) ? '%' : '');

/** @example scoreText('top1', 0.7213) // '72.13' */
export function scoreText(tag: string, value: number | null): string {
  if (value === null) return '';
  if (isShare(metricOf(tag))) return (100 * value).toFixed(2);
  return Math.abs(value) >= 1000 ? value.toPrecision(6) : value.toFixed(4);
}

/** With its unit. @example scoreShown('top1', 0.7213) // '72.13 %' */
export function scoreShown(tag: string, value: number | null): string {
  const text = scoreText(tag, value);
  const unit = unitOf(tag);
  return text && unit ? `${text} ${unit}` : text;
}

/** @example spreadShown('top1', { mean: 0.72, deviation: 0.01, n: 3 }) // '72.00 ± 1.00 %' */
export function spreadShown(
  tag: string,
  { mean, deviation, n }: { readonly mean: number; readonly deviation: number; readonly n: number },
): string {
  if (n < 2) return scoreShown(tag, mean);
  const unit = unitOf(tag);
  return `${scoreText(tag, mean)} ± ${scoreText(tag, deviation)}${unit && ` ${unit}`}`;
}

/** @example metricName('test/top1') // 'top-1' */
export const metricName = (tag: string): string => scoreName(metricOf(tag));
