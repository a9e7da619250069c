/** What students cost, as numbers that may stand on one axis: latencies of other conditions are another measure. */
import type { Cost } from '../../api.ts';
import { durationText, shortCount } from './format.ts';

export interface Measure {
  /** What it is chosen by, and its axis is called. */
  readonly name: string;
  /** Machine, runtime and threads of a latency; null of others. */
  readonly conditions: string | null;
  readonly of: (cost: Cost) => number | null;
  readonly text: (value: number | null) => string;
}

const latencyOn = (conditions: string, name: string): Measure => ({
  ...{ name, conditions },
  of: ({ latencies }) => latencies.find((one) => one.conditions === conditions)?.ms ?? null,
  text: (ms) => (ms === null ? '' : durationText(ms / 1000)),
});

/**
 * Those of which a group says something.
 *
 * @example measuresOf(comparison.cost).map(({ name }) => name) // ['parameters', 'multiply-adds of a sample', 'latency, ms']
 */
export function measuresOf(costs: readonly Cost[]): Measure[] {
  const places = [
    ...new Set(costs.flatMap(({ latencies }) => latencies.map(({ conditions }) => conditions))),
  ];
  const counts = { conditions: null, text: shortCount };
  const all: Measure[] = [
    { ...counts, name: 'parameters', of: ({ parameters }) => parameters },
    { ...counts, name: 'multiply-adds of a sample', of: ({ multiplyAdds }) => multiplyAdds },
    ...places.map((place, i) =>
      latencyOn(place, places.length > 1 ? `latency (${i + 1}), ms` : 'latency, ms'),
    ),
  ];
  return all.filter(({ of }) => costs.some((cost) => of(cost) !== null));
}
