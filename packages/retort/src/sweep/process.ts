/** A run as a process of its own, which outlives the queue, and what it says in a file beside its folder. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../runs/index.ts';
import { identify, isAlive } from '../system/process.ts';
import { systemCause } from '../system/system-errors.ts';
import { cut } from '../words/shown.ts';
import type { PlannedRun } from './plan.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last; null where it said nothing. */
  readonly said: string | null;
}

/** A process that was started. */
export interface Started {
  /** As `identify` has it. */
  readonly process: string;
  readonly ended: Promise<End>;
}

/** The file that has what a run's processes said. @example logOf({ folder: 'runs/kd/seed-0' }) // 'runs/kd/seed-0.log' */
export const logOf = ({ folder }: Pick<PlannedRun, 'folder'>): string => `${folder}.log`;

/** Far more than a sentence. */
const lastBytes = 16 << 10;

/** The sentence by which a command ended, in what it said from a place of its log on. */
function saidSince(log: string, from: number): string | null {
  const { size } = fs.statSync(log);
  const start = Math.max(from, size - lastBytes);
  const bytes = Buffer.alloc(size - start);
  const file = fs.openSync(log, 'r');
  try {
    fs.readSync(file, bytes, 0, bytes.length, start);
  } finally {
    fs.closeSync(file);
  }
  const text = bytes.toString().trim();
  const at = text.lastIndexOf('\nretort: ') + 1;
  const last = text.startsWith('retort: ', at) ? text.slice(at + 'retort: '.length) : text.split('\n').at(-1);
  return last ? cut(last, 2000) : null;
}

/**
 * Starts a run with its threads. It is in a group of its own, so that what ends the queue, as Ctrl-C in its terminal, does not reach it.
 *
 * @throws RunError where nothing can be written beside its folder
 */
export function startRun(run: PlannedRun, threads: number): Started {
  const log = logOf(run);
  let file: number;
  try {
    fs.mkdirSync(path.dirname(log), { recursive: true });
    file = fs.openSync(log, 'a');
  } catch (error) {
    throw RunError.of(error, `${log} could not be written`);
  }
  const from = fs.fstatSync(file).size;
  const child = spawn(process.execPath, [bin, ...run.args], {
    detached: true,
    stdio: ['ignore', file, file],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  fs.closeSync(file);
  const ended = new Promise<End>((resolve) => {
    child.once('error', (error) =>
      resolve({
        code: null,
        signal: null,
        said: `it could not be started: ${systemCause(error) ?? error.message}`,
      }),
    );
    child.once('exit', (code, signal) => resolve({ code, signal, said: saidSince(log, from) }));
  });
  return { process: child.pid === undefined ? '' : (identify(child.pid) ?? ''), ended };
}

/** Sends a signal to a process and what it started, where it is still the one that was meant. */
export function signalTo(named: string, signal: NodeJS.Signals): void {
  if (!isAlive(named)) return;
  try {
    process.kill(-Number.parseInt(named, 10), signal);
  } catch {
    // It has ended meanwhile.
  }
}
