/** `retort` as a process of its own: the engine is never loaded into the board's. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../errors.ts';
import { givingWay } from './give-way.ts';

/** Pictures of samples are some hundred kilobytes. */
const mostBytes = 64 << 20;

/** How retort is called: a program, and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** The retort that is installed beside the board. */
export function installedCommand(): Command {
  const manifest = fileURLToPath(import.meta.resolve('retort/package.json'));
  return [process.execPath, path.join(path.dirname(manifest), 'bin/retort.js')];
}

/** What refuses code of the runs in a process of its own, as it lies beside this file, built or not. */
function refusal(runs: string): string {
  const url = pathToFileURL(
    path.join(import.meta.dirname, `refuse-code${path.extname(import.meta.filename)}`),
  );
  url.searchParams.set('runs', path.resolve(runs));
  return url.href;
}

/** What a command says last, without its name: the sentence by which it failed. */
function sentenceIn(stderr: string, how: string): string {
  const said = stderr
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('retort: '));
  // It may have said nothing at all.
  return said?.slice('retort: '.length) || stderr.trim().split('\n').at(-1) || how;
}

/** Ends a process with all that it started. */
function end({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid);
  } catch {
    // It has ended meanwhile.
  }
}

/** Processes that are at work for the board, which end with it. */
export class Commands {
  readonly #command: Command;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();
  readonly #isTraining: () => boolean;
  #isClosed = false;

  /**
   * @param runs  the folder of runs, of which no code is run
   * @param isTraining  whether one of them is going on on this machine
   */
  constructor(command: Command, runs: string, isTraining: () => boolean = () => false) {
    this.#command = command;
    this.#isTraining = isTraining;
    const options = [process.env.NODE_OPTIONS, `--import=${refusal(runs)}`].filter(Boolean).join(' ');
    // Threads that wait must not take the cores from a run.
    this.#env = { ...process.env, NODE_OPTIONS: options, OMP_WAIT_POLICY: 'passive' };
  }

  /**
   * Runs retort, and gives way to whatever else the machine has to do.
   *
   * @returns what it printed
   * @throws Error with the sentence by which it failed
   */
  run(args: readonly string[]): Promise<string> {
    if (this.#isClosed) return Promise.reject(new Error('the board is being closed'));
    const child = spawn('nice', ['-n', '19', ...this.#command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.#env,
      // In a session of its own, which can give way as a whole.
      detached: true,
    });
    this.#running.add(child);
    const stopLooking = child.pid === undefined ? () => {} : givingWay(child.pid, this.#isTraining);
    return new Promise((resolve, reject) => {
      const out: Buffer[] = [];
      let bytes = 0;
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > mostBytes) end(child);
        else out.push(chunk);
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        err = (err + chunk).slice(-100_000);
      });
      child.on('error', (error) => {
        stopLooking();
        this.#running.delete(child);
        reject(new Error(`retort could not be started: ${messageOf(error)}`));
      });
      child.on('close', (code, signal) => {
        stopLooking();
        this.#running.delete(child);
        if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
        else if (bytes > mostBytes) reject(new Error('its answer is longer than anything it should say'));
        else
          reject(new Error(sentenceIn(err, signal ? `it was ended by ${signal}` : `it ended with ${code}`)));
      });
    });
  }

  /** Ends what is at work. */
  close(): void {
    this.#isClosed = true;
    for (const child of this.#running) end(child);
  }
}
