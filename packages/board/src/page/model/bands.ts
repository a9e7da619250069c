/** The mean of several curves, and how far they lie apart. */
import { spread } from 'retort/scores';
import { type Curve, placesOf, valueAt } from './aligned.ts';

export interface Band {
  readonly x: number[];
  readonly mean: (number | null)[];
  /** A standard deviation of the sample below and above it. */
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

/** At every place of any of them, over those that reach there. @example bandOf([{ x: [1, 2], y: [1, 2] }, { x: [1, 2], y: [3, 2] }]).mean // [2, 2] */
export function bandOf(curves: readonly Curve[]): Band {
  const x = placesOf(curves);
  const spreads = x.map((at) => {
    const values = curves.map((curve) => valueAt(curve, at)).filter((value) => value !== null);
    return values.length ? spread(values) : null;
  });
  return {
    x,
    mean: spreads.map((found) => found?.mean ?? null),
    low: spreads.map((found) => (found ? found.mean - found.deviation : null)),
    high: spreads.map((found) => (found ? found.mean + found.deviation : null)),
  };
}
