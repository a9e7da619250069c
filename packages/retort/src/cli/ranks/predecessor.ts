/** A launcher may start ranks again before the ones before are gone: it ends `npx`, say, and Retort below that a moment later. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readRecord } from '../../runs/index.ts';
import { isAlive } from '../../system/process.ts';

/** Milliseconds between two looks. */
const pace = 100;

/**
 * Waits until the process that worked on a run has ended, where it is one of this machine.
 *
 * @param most  milliseconds; whoever opens the run then says that it is still being trained
 */
export async function predecessorEnded(folder: string, most = 40_000): Promise<void> {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return;
  const { process: worker, host } = readRecord(folder);
  if (Number.parseInt(worker, 10) === process.pid || host !== os.hostname()) return;
  const start = performance.now();
  while (isAlive(worker) && performance.now() - start < most) await wait(pace);
}
