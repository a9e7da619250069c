/** Which curves of several runs can be laid over one another, and on which axis. */
import type { SeriesAnswer } from '../../api.ts';
import type { Curve } from './aligned.ts';

/** Tags of a comparison that are curves: not what is one number a run. */
export const seriesOffered = (tags: readonly string[]): string[] =>
  tags.filter((tag) => !/ \(best\)$|^teacher\/|^(epochs|seconds)$/.test(tag));

/** What is shown before anything was chosen. */
export function seriesFirst(tags: readonly string[], metric: string | null): string[] {
  const first = [`test/${metric}`, 'train/loss'].filter((tag) => tags.includes(tag));
  return first.length ? first : tags.slice(0, 2);
}

/** Of so many runs in all curves are drawn: each is asked for by itself. */
const mostDrawn = 400;

/** Of how many runs of each group curves are drawn. @example drawnOf([{ ids: ['a/seed-0', 'a/seed-1'] }]) // 400 */
export const drawnOf = (groups: readonly { readonly ids: readonly string[] }[]): number =>
  Math.max(1, Math.floor(mostDrawn / groups.length));

const isJudged = (tag: string): boolean => /^(test|validation)\//.test(tag);

/** Names that a run may have a tag by: what is also logged between epochs is taken from there. */
export const namesOf = (tag: string): string[] => (isJudged(tag) ? [tag] : [`step/${tag}`, tag]);

/** Where steps are in epochs: 1 is the end of the first. @example inEpochs([50, 100, 150], [100, 200]) // [0.5, 1, 1.5] */
export function inEpochs(x: readonly number[], epochEnds: readonly number[]): number[] {
  let epoch = 0;
  return x.map((at) => {
    while (epoch < epochEnds.length - 1 && at > (epochEnds[epoch] ?? 0)) epoch++;
    const from = epoch ? (epochEnds[epoch - 1] ?? 0) : 0;
    const length = (epochEnds[epoch] ?? 0) - from;
    return length > 0 ? epoch + (at - from) / length : at;
  });
}

/** A tag's curve in a run's answer; null where it has none. @param byEpoch  whether x is to count epochs, whatever the run counts */
export function curveOf(tag: string, answer: SeriesAnswer, byEpoch: boolean): Curve | null {
  const name = namesOf(tag).find((name) => answer.series.some((series) => series.name === name));
  const series = answer.series.find((series) => series.name === name);
  if (!series) return null;
  return byEpoch && answer.unit === 'step'
    ? { x: inEpochs(series.x, answer.epochEnds), y: series.y }
    : { x: series.x, y: series.y };
}
