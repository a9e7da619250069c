/** A rank without the process that started it is nobody's: it stops as it would if it were asked to, and leaves. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { launcherVariable } from './environment.ts';

/** What the thread that watches is told: whose child this process is, and how many milliseconds it has to stop in. */
export interface Watched {
  readonly launcher: number;
  readonly grace: number;
}

/**
 * Watches from a thread of its own, since a rank that waits for another answers nothing. Of torchrun it is the parent that is watched, which may be
 * `npx`: that ends at once when it is asked to, and leaves this process behind. Others are not watched: who starts ranks by hand may log out.
 *
 * @param grace  milliseconds in which it may write a checkpoint
 * @returns whether it is `--ranks` that started this process
 */
export function watchLauncher(grace = 30_000): boolean {
  const { TORCHELASTIC_RUN_ID: torchrun, [launcherVariable]: own } = process.env;
  const launcher = Number(own ?? (torchrun ? process.ppid : 0));
  if (!launcher) return false;
  // What a rank starts in turn is no rank.
  delete process.env[launcherVariable];
  const code = new URL(`watcher${path.extname(import.meta.filename)}`, import.meta.url);
  const workerData: Watched = { launcher, grace };
  new Worker(code, { workerData, execArgv: [] }).unref();
  return own !== undefined;
}
