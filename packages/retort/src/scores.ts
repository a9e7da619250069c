/** Scores as every place shows them: `retort/scores`, which needs neither the engine nor Node. */
import { isShare } from './metrics/score-names.ts';
import { percent } from './words/numbers.ts';

export { isShare, scoreName } from './metrics/score-names.ts';
export { type Spread, spread } from './runs/read/spread.ts';
export { count, counted, duration } from './words/numbers.ts';

/** Of a score by its name, whatever stands before it. @example lastPart('test/top1 (best)') // 'top1' */
export const lastPart = (tag: string): string => tag.split(' ', 1)[0]?.split('/').at(-1) ?? tag;

/** Shares in percent, other numbers with the digits that say something. @example scoreText('top1', 0.7213) // '72.13' */
export function scoreText(name: string, value: number): string {
  if (isShare(name)) return percent(value);
  return Math.abs(value) >= 1000 ? value.toPrecision(6) : value.toFixed(4);
}
