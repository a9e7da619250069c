/** Runs compared by the server. */
import { type Comparison, paths } from '../../api.ts';
import { type Asked, useAsked } from './asked.ts';

/** @param ids  of runs; of none nothing is asked */
export const useComparison = (ids: readonly string[]): Asked<Comparison> =>
  useAsked(ids.length ? `${paths.compare}?${new URLSearchParams({ ids: ids.join(',') })}` : null);
