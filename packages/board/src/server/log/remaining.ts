/** How long a run will go on. */
import { type RunLog, secondsOf } from './run-log.ts';

/** So many epochs tell how long the next will take. */
const recent = 5;

/** How much of the epoch after the last whole one is done, from 0 to 1. */
function within(log: RunLog, epochsDone: number): number {
  const { steps } = log;
  if (steps.rows === 0) return 0;
  const { epoch, step } = steps.row(steps.rows - 1);
  const all = log.stepsOf.get(epoch) ?? 0;
  return epoch > epochsDone && all > 0 ? Math.min(1, step / all) : 0;
}

/**
 * Seconds of training that are left, by the last epochs; in the first epoch, by how long it has gone on.
 *
 * @param elapsed  seconds since it began
 * @returns null where nothing tells it yet
 */
export function remainingSeconds(log: RunLog, epochsTotal: number | null, elapsed: number): number | null {
  const { epochs } = log;
  if (epochsTotal === null) return null;
  const epochsDone = epochs.rows > 0 ? epochs.row(epochs.rows - 1).epoch : 0;
  const begun = within(log, epochsDone);
  const left = Math.max(0, epochsTotal - epochsDone - begun);
  const seconds = secondsOf(log).slice(-recent);
  if (seconds.length > 0) return left * (seconds.reduce((sum, one) => sum + one, 0) / seconds.length);
  // A clock that was set back tells nothing.
  return begun > 0 && elapsed > 0 ? left * (elapsed / begun) : null;
}
