/** How a run stands, as its folder says it. */
import fs from 'node:fs';
import path from 'node:path';
import { Lock, RunError, type RunSummary, readLog, readRun } from '../runs/index.ts';

/** What a folder says of its run; null where nothing of one is there yet, or it cannot be read. */
export function summaryIn(folder: string): RunSummary | null {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return null;
  try {
    return readRun(folder);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return null;
  }
}

/** How many epochs of a run are done, with the share of the one that is under way, as far as its log says it. */
function epochsIn({ folder, epochsDone }: Pick<RunSummary, 'folder' | 'epochsDone'>): number {
  const last = readLog(path.join(folder, 'metrics.jsonl')).records.at(-1);
  const { kind, step, steps } = last ?? {};
  const isWithin = kind !== undefined && typeof step === 'number' && typeof steps === 'number' && steps > 0;
  return isWithin ? epochsDone + Math.min(1, step / steps) : epochsDone;
}

/** What a folder says of its run, and how many of its epochs are done. */
export interface Standing {
  readonly summary: RunSummary | null;
  readonly epochs: number;
}

/** @example standingOf('runs/kd/seed-0').epochs // 3.5 */
export function standingOf(folder: string): Standing {
  const summary = summaryIn(folder);
  return { summary, epochs: summary ? epochsIn(summary) : 0 };
}

/** Whether a process of this machine works on a folder: it has the lock. @param patience  milliseconds that the lock is waited for; a second where it is left out, for a process that has just ended */
export function isAtWork(folder: string, patience?: number): boolean {
  if (!fs.existsSync(folder)) return false;
  const run = summaryIn(folder);
  // Who is seen to live need not be asked for the lock.
  if (run?.status === 'running') return run.elsewhere === null;
  const lock = Lock.take(folder, patience);
  lock?.release();
  return lock === null;
}

/** With how many threads a run was begun, by which alone it is resumed; null where it has not begun. */
export function threadsOf(run: Pick<RunSummary, 'machine'> | null): number | null {
  const threads = run?.machine.threads;
  return typeof threads === 'number' ? threads : null;
}

/** Seconds that a run will take from here, by its epochs so far; null where it cannot be said yet. @param at  of its epochs */
export function secondsLeft(
  { epochsDone, epochsTotal, seconds }: RunSummary,
  at = epochsDone,
): number | null {
  if (epochsTotal === null || epochsDone === 0) return null;
  return ((epochsTotal - at) * seconds) / epochsDone;
}
