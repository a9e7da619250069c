/** Latencies as the page shows them. */
import type { GroupCost } from 'retort/runs';
import type { LatencyShown } from '../../api.ts';

export const latenciesShown = ({ latencies }: GroupCost): LatencyShown[] =>
  latencies.map(({ conditions, seconds }) => ({ conditions, ms: 1000 * seconds }));
