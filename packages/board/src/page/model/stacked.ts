/** The terms of a loss above one another, epoch by epoch. */
import type { StackedTerms } from 'retort/figures';
import type { SeriesAnswer } from '../../api.ts';
import { inEpochs } from './compared-series.ts';

/** So many epochs are drawn, at most. */
const most = 200;

/** Epochs of which so many are left, evenly; the last is one of them. */
function evenly(epochs: readonly number[]): ReadonlySet<number> {
  if (epochs.length <= most) return new Set(epochs);
  const at = (place: number): number => Math.round((place * (epochs.length - 1)) / (most - 1));
  return new Set(Array.from({ length: most }, (_, place) => epochs[at(place)] ?? 0));
}

/** @example stackedOf({ unit: 'epoch', epochEnds: [1], series: [{ name: 'train/kd', x: [1], y: [2], rows: 1 }] }).terms */
export function stackedOf({ unit, series, epochEnds }: SeriesAnswer): StackedTerms {
  const terms = series.map(({ name, x, y }) => {
    const epochs = unit === 'step' ? inEpochs(x, epochEnds) : x;
    const points = epochs.flatMap((x, i) => {
      const value = y[i];
      return typeof value === 'number' ? [{ x, y: value }] : [];
    });
    return { name: name.slice(name.indexOf('/') + 1), points };
  });
  const epochs = new Set(terms.flatMap(({ points }) => points.map(({ x }) => x)));
  const kept = evenly([...epochs].sort((a, b) => a - b));
  return {
    terms: terms.map(({ name, points }) => ({ name, points: points.filter(({ x }) => kept.has(x)) })),
    x: 'epoch',
  };
}
