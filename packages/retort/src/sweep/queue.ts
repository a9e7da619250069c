/** The local queue: as many runs at once as there are threads for, each resumed or begun, until all are done with. */
import { Lock, RunError, type RunSummary } from '../runs/index.ts';
import { makeFolder } from '../runs/write/make-folder.ts';
import { isAlive } from '../system/process.ts';
import { keepProcesses, processesIn } from './notes.ts';
import type { PlannedRun } from './plan.ts';
import { type End, type Started, signalTo, startRun } from './process.ts';
import { isAtWork, standingOf, summaryIn, threadsOf } from './standing.ts';

/** As runs are called, and `waiting` before they begin. */
export type QueueState = 'waiting' | 'running' | 'finished' | 'stopped' | 'failed';

/** How a run of the queue stands. */
export interface Queued {
  readonly run: PlannedRun;
  readonly state: QueueState;
  /** What its folder says; null before it has one. */
  readonly summary: RunSummary | null;
  /** Its epochs that are done, with the share of the one that is under way. */
  readonly epochs: number;
  /** Of one that failed: the exit code of its process, or null where it had none. */
  readonly code?: number | null;
  /** Why it failed, or did not begin. */
  readonly why?: string;
}

export interface QueueOptions {
  /** The folder of all runs, which one queue has at a time. */
  readonly out: string;
  /** So many at all runs together. */
  readonly threads: number;
  /** Of a run that begins. */
  readonly threadsEach: number;
  /** Stops all runs, which leave checkpoints. */
  readonly signal: AbortSignal;
  /** Ends them at once. */
  readonly atOnce: AbortSignal;
  /** Is told whenever one stands otherwise. */
  readonly onChange?: (changed: Queued, all: readonly Queued[]) => void;
  /** Is told how all stand, every so often. */
  readonly onTick?: (all: readonly Queued[]) => void;
  /** How a run is started; as a process of its own where it is left out. */
  readonly start?: (run: PlannedRun, threads: number) => Started;
  /** Milliseconds between two looks at runs that are at work. */
  readonly lookEvery?: number;
}

/** Where a run is in the queue. */
interface Place {
  readonly run: PlannedRun;
  readonly threads: number;
  state: QueueState;
  summary: RunSummary | null;
  epochs: number;
  code?: number | null;
  why?: string;
  /** The process at work, where this queue or one before it started it. */
  process: string | null;
  /** Whether this queue hears how it ends. */
  isOwn: boolean;
}

/** What is said of an end that was no success. */
function reason({ code, signal, said }: End): string {
  if (signal === 'SIGKILL')
    return 'its process was killed (SIGKILL), as the system does where memory runs out: fewer --jobs may help';
  const how = signal ? `its process ended by ${signal}` : code === null ? '' : `exit code ${code}`;
  return [said, how && `(${how})`].filter(Boolean).join(' ');
}

class Queue {
  readonly #options: QueueOptions;
  readonly #places: readonly Place[];
  readonly #done = Promise.withResolvers<void>();

  constructor(runs: readonly PlannedRun[], options: QueueOptions) {
    this.#options = options;
    const before = processesIn(options.out);
    this.#places = runs.map((run): Place => {
      const { summary, epochs } = standingOf(run.folder);
      const noted = before.get(run.name) ?? null;
      const process = noted !== null && isAlive(noted) ? noted : null;
      const isFinished = summary?.status === 'finished';
      const state = isFinished
        ? 'finished'
        : process !== null || isAtWork(run.folder, 0)
          ? 'running'
          : 'waiting';
      return {
        run,
        threads: threadsOf(summary) ?? options.threadsEach,
        state,
        summary,
        epochs,
        process,
        isOwn: false,
      };
    });
  }

  get all(): readonly Queued[] {
    return this.#places.map((place) => this.#shown(place));
  }

  #shown({ run, state, summary, epochs, code, why }: Place): Queued {
    return {
      run,
      state,
      summary,
      epochs,
      ...(code === undefined ? {} : { code }),
      ...(why === undefined ? {} : { why }),
    };
  }

  #set(place: Place, state: QueueState, end: { code?: number | null; why?: string } = {}): void {
    Object.assign(place, { state, ...standingOf(place.run.folder), ...end });
    this.#options.onChange?.(this.#shown(place), this.all);
  }

  #among(state: QueueState): Place[] {
    return this.#places.filter((place) => place.state === state);
  }

  #keep(): void {
    const known = this.#among('running').flatMap(({ run, process }): [string, string][] =>
      process === null ? [] : [[run.name, process]],
    );
    keepProcesses(this.#options.out, new Map(known));
  }

  /** Starts what there are threads for. */
  #pump(): void {
    const { signal, threads } = this.#options;
    const used = () => this.#among('running').reduce((sum, place) => sum + place.threads, 0);
    for (const place of signal.aborted ? [] : this.#among('waiting')) {
      const running = used();
      if (running > 0 && running + place.threads > threads) break;
      this.#start(place);
    }
    if (this.#among('running').length === 0 && (signal.aborted || this.#among('waiting').length === 0))
      this.#done.resolve();
  }

  #start(place: Place): void {
    const { start = startRun } = this.#options;
    try {
      const { process, ended } = start(place.run, place.threads);
      Object.assign(place, { process, isOwn: true });
      void ended.then((end) => this.#over(place, end)).catch(this.#done.reject);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      this.#set(place, 'failed', { code: null, why: error.message });
      return;
    }
    this.#set(place, 'running');
    this.#keep();
  }

  /** What came of a process that this queue started. */
  #over(place: Place, end: End): void {
    Object.assign(place, { process: null, isOwn: false });
    const { folder } = place.run;
    const { signal } = this.#options;
    if (summaryIn(folder)?.status === 'finished') this.#set(place, 'finished');
    else if (signal.aborted || end.code === 130) this.#set(place, 'stopped');
    // Another process had it first: it is waited for.
    else if (!isAtWork(folder)) this.#set(place, 'failed', { code: end.code, why: reason(end) });
    this.#keep();
    this.#pump();
  }

  /** Whether runs that others started are still at work. */
  #look(): void {
    for (const place of this.#among('running')) {
      const { run, process, isOwn } = place;
      Object.assign(place, standingOf(run.folder));
      if (isOwn || (process !== null ? isAlive(process) : isAtWork(run.folder, 0))) continue;
      place.process = null;
      const isFinished = place.summary?.status === 'finished';
      this.#set(place, isFinished ? 'finished' : this.#options.signal.aborted ? 'stopped' : 'waiting');
    }
    this.#options.onTick?.(this.all);
    this.#pump();
  }

  #signal(signal: NodeJS.Signals): void {
    for (const place of this.#among('running')) {
      if (place.process !== null) signalTo(place.process, signal);
      // What somebody else started is theirs.
      else
        this.#set(place, 'stopped', {
          why: 'another process works on it, which was not started here: it is left to it',
        });
    }
    this.#pump();
  }

  async run(): Promise<readonly Queued[]> {
    const { signal, atOnce, lookEvery = 1000 } = this.#options;
    const stop = (): void => this.#signal('SIGTERM');
    const end = (): void => this.#signal('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    atOnce.addEventListener('abort', end, { once: true });
    let timer: NodeJS.Timeout;
    const look = (): void => {
      const began = performance.now();
      try {
        this.#look();
      } catch (error) {
        this.#done.reject(error);
      }
      // Long logs take a while to read, and the cores are for the runs.
      timer = setTimeout(look, Math.max(lookEvery, 20 * (performance.now() - began)));
    };
    timer = setTimeout(look, lookEvery);
    try {
      this.#pump();
      await this.#done.promise;
      this.#keep();
      return this.all;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      atOnce.removeEventListener('abort', end);
    }
  }
}

/**
 * Runs what is not finished, and goes on past what fails; runs that a queue before this one left at work are waited for.
 *
 * @returns how each stands, in the order of the plan
 * @throws RunError where another queue has the folder, or it cannot be written
 * @example const ended = await runQueue(plan.runs, { out: plan.out, threads: 8, threadsEach: 1, signal, atOnce });
 */
export async function runQueue(
  runs: readonly PlannedRun[],
  options: QueueOptions,
): Promise<readonly Queued[]> {
  const { out } = options;
  makeFolder(out);
  using lock = Lock.take(out);
  if (lock === null)
    throw new RunError(
      `another retort sweep has the folder ${out}: wait until it has ended, or choose another --out`,
    );
  return await new Queue(runs, options).run();
}
