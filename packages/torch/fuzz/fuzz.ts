/** Runs fuzzed calls in child processes with time limits: `fuzz(seed, calls)` answers every call that crashed, hung or answered wrongly. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

export interface Failure {
  readonly call: number;
  /** `crashed (SIGSEGV)`, `hung`, or the foreign error. */
  readonly how: string;
}

export interface Fuzzed {
  readonly failures: readonly Failure[];
  /** Calls that gave a result rather than an error. */
  readonly answered: number;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly from?: number;
  readonly calls: number;
  /** Milliseconds for one call. */
  readonly limit?: number;
  /** The process kills itself before this call, as a crash would. */
  readonly fault?: number;
  /** What makes the calls, and where it works. */
  readonly child?: string;
  readonly folder?: string;
  /** Variables of its environment beside those of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

interface Stretch {
  readonly last: number;
  readonly answered: number;
  readonly failures: readonly Failure[];
}

/** One child: it ends at `to`, or at the first call that crashes or hangs. */
function stretch(from: number, to: number, options: Required<FuzzOptions>): Promise<Stretch> {
  const { seed, limit, fault, folder } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.child, ...[seed, from, to, fault].map(String)], {
      cwd: folder,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    const [, , , messages] = child.stdio;
    if (!(messages instanceof Readable)) return reject(new Error('no pipe to the fuzzing process'));
    let last = from - 1;
    let answered = 0;
    let hung = false;
    let errors = '';
    const failures: Failure[] = [];
    const hang = (): void => {
      hung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hang, 60_000);
    createInterface(messages).on('line', (line) => {
      const [word = '', detail = ''] = line.split(' ');
      if (word === 'wrong') failures.push({ call: last, how: line });
      else if (word === 'done') answered = Number(detail);
      else {
        last = Number(word);
        answered = Number(detail);
      }
      clearTimeout(timer);
      timer = setTimeout(hang, limit);
    });
    child.stderr?.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve({ last: to - 1, answered, failures });
      if (last < from) return reject(new Error(`the fuzzing process does not start: ${errors}`));
      failures.push({
        call: last,
        how: hung ? 'hung' : `crashed (${signal ?? `exit ${code}`}) ${errors.trim()}`,
      });
      resolve({ last, answered, failures });
    });
  });
}

/** Makes the calls `from` … `from + calls` of a seed. */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const { from = 0, calls } = options;
  const all = {
    ...{
      from,
      limit: 10_000,
      fault: -1,
      folder: '.',
      env: {},
      child: path.join(import.meta.dirname, 'child.ts'),
    },
    ...options,
  };
  const failures: Failure[] = [];
  let answered = 0;
  for (let next = from; next < from + calls; ) {
    const done = await stretch(next, from + calls, all);
    failures.push(...done.failures);
    answered += done.answered;
    next = done.last + 1;
  }
  return { failures, answered };
}
