/** libuv's threads, in which sharp decodes and files are read, whichever thread asks: one pool for the process, made when it is first used. */
import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** As many as it has unless `UV_THREADPOOL_SIZE` says otherwise. */
const usual = 4;

function nameOf(thread: string): string | null {
  try {
    return fs.readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
  } catch {
    // It has ended meanwhile.
    return null;
  }
}

/** Those that there are; 0 before the first use, and where the system does not say. */
function begun(): number {
  try {
    return fs.readdirSync('/proc/self/task').filter((thread) => nameOf(thread) === 'libuv-worker').length;
  } catch {
    return 0;
  }
}

/**
 * Makes room for so many images to be decoded at a time, where it is not too late and nobody has said how many.
 *
 * @returns how many can be
 */
export function sizeThreadPool(threads: number): number {
  const there = begun();
  if (there > 0) return there;
  const { UV_THREADPOOL_SIZE: said } = process.env;
  if (said !== undefined) return Number(said) || usual;
  // A worker's environment is a copy, which libuv does not see.
  if (!isMainThread) return usual;
  if (threads > usual) process.env.UV_THREADPOOL_SIZE = String(threads);
  return Math.max(threads, usual);
}
