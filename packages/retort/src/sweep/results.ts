/** What the runs of a table came to: the headline over the seeds of each cell. */

import { headlineScore, type RunSummary, type Spread, spread } from '../runs/index.ts';
import { alike, keysOf } from '../runs/read/compare.ts';
import type { Queued } from './queue.ts';

/** What a cell came to, over its runs that are finished. */
export interface CellResult {
  readonly cell: string;
  /** How many runs it has. */
  readonly runs: number;
  readonly finished: number;
  /** The score by which the best weights were chosen; null where no run is finished, or the task has none. */
  readonly metric: string | null;
  readonly last: Spread | null;
  readonly best: Spread | null;
  /** Whether its finished runs were all begun with the same data, teachers and weights. */
  readonly isAlike: boolean;
}

function scoresOf(runs: readonly RunSummary[], which: 'last' | 'best'): Spread | null {
  const scores = runs.flatMap((run) => headlineScore(run)?.[which] ?? []);
  return scores.length ? spread(scores) : null;
}

/** @example resultsOf(ended).map(({ cell, best }) => `${cell}: ${best?.mean}`) */
export function resultsOf(all: readonly Queued[]): CellResult[] {
  const cells = Map.groupBy(all, ({ run }) => run.cell);
  return Array.from(cells, ([cell, runs]) => {
    const finished = runs.flatMap(({ state, summary }) => (state === 'finished' && summary ? [summary] : []));
    return {
      cell,
      runs: runs.length,
      finished: finished.length,
      metric: finished[0]?.headline?.metric ?? null,
      last: scoresOf(finished, 'last'),
      best: scoresOf(finished, 'best'),
      isAlike: alike(finished, keysOf).length <= 1,
    };
  });
}
