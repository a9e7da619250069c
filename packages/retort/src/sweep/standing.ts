/** How a run stands, as its folder says it. */
import fs from 'node:fs';
import path from 'node:path';
import { Lock, RunError, type RunSummary, readRun } from '../runs/index.ts';

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

/** Whether a process of this machine works on a folder: it has the lock. */
export function isAtWork(folder: string): boolean {
  if (!fs.existsSync(folder)) return false;
  const run = summaryIn(folder);
  // Who is seen to live need not be asked for the lock, which waits a second.
  if (run?.status === 'running') return run.elsewhere === null;
  const lock = Lock.take(folder);
  lock?.release();
  return lock === null;
}

/** With how many threads a run was begun, by which alone it is resumed; null where it has not begun. */
export function threadsOf(folder: string): number | null {
  const threads = summaryIn(folder)?.machine.threads;
  return typeof threads === 'number' ? threads : null;
}

/** Seconds that a run will take from here, by its epochs so far; null where it cannot be said yet. */
export function secondsLeft({ epochsDone, epochsTotal, seconds }: RunSummary): number | null {
  if (epochsTotal === null || epochsDone === 0) return null;
  return ((epochsTotal - epochsDone) * seconds) / epochsDone;
}
