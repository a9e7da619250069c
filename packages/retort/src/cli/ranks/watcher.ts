/** The thread that watches whether the launcher is there. */
import { workerData } from 'node:worker_threads';
import type { Watched } from './watch-launcher.ts';

const { launcher, grace } = workerData as Watched;

/** Milliseconds between two looks. */
const pace = 500;

function look(): void {
  if (process.ppid === launcher) return;
  clearInterval(timer);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace);
  process.kill(process.pid, 'SIGTERM');
}

const timer = setInterval(look, pace);
look();
