/** Threads that decode images, which all data sets of a process share. */
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { DataError } from '../dataset.ts';
import type { Picture } from '../sample.ts';
import type { Decoding } from './decode.ts';
import { type Place, placeText } from './place.ts';
import { makeRoom } from './room.ts';

/** What a thread is told. */
export interface Request {
  readonly job: number;
  readonly place: Place;
  readonly how: Decoding;
}

/** What it answers. */
export type Answer =
  | {
      readonly job: number;
      readonly pixels: Uint8Array<ArrayBuffer>;
      readonly height: number;
      readonly width: number;
    }
  | { readonly job: number; readonly wrong: string; readonly isDamaged: boolean };

/** Of a file whose content is no whole picture. */
export class DamagedImageError extends DataError {}

interface Job extends PromiseWithResolvers<Picture> {
  readonly place: Place;
  readonly how: Decoding;
}

/** So many files a thread is told of at once, so that it need not wait to be told of the next. */
const told = 2;

/** A thread and what it was told to do. */
class Thread {
  readonly jobs = new Map<number, Job>();
  readonly #worker: Worker;
  #jobs = 0;

  /** @param onFree  called when it has done something @param onEnd  when it has ended, with why */
  constructor(onFree: () => void, onEnd: (thread: Thread) => void) {
    const script = new URL(`worker${path.extname(import.meta.filename)}`, import.meta.url);
    // A flag of programs that are given as text (`--eval`), which a file refuses.
    const isText = process.execArgv.some((flag) => flag.startsWith('--input-type'));
    const worker = new Worker(script, isText ? { execArgv: [] } : {});
    this.#worker = worker;
    worker.on('message', (answer: Answer) => {
      this.#settle(answer);
      onFree();
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => {
      this.#fail('it was stopped');
      onEnd(this);
    });
    // What nobody waits for is no reason for the process to go on.
    worker.unref();
  }

  tell(job: Job): void {
    this.#jobs++;
    this.jobs.set(this.#jobs, job);
    this.#worker.ref();
    const request: Request = { job: this.#jobs, place: job.place, how: job.how };
    this.#worker.postMessage(request);
  }

  #settle(answer: Answer): void {
    const job = this.jobs.get(answer.job);
    this.jobs.delete(answer.job);
    if (this.jobs.size === 0) this.#worker.unref();
    if (!('wrong' in answer)) return job?.resolve(answer);
    job?.reject(new (answer.isDamaged ? DamagedImageError : DataError)(answer.wrong));
  }

  #fail(error: unknown): void {
    for (const { reject, place } of this.jobs.values())
      reject(
        new DataError(`${placeText(place)}: the thread that decodes it has ended: ${error}`, {
          cause: error,
        }),
      );
    this.jobs.clear();
  }
}

/** So many threads, which begin when there is something to do. */
export class DecodePool {
  readonly #size: number;
  readonly #waiting: Job[] = [];
  #threads: Thread[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** The image in a file, or in a part of one. @throws DamagedImageError, DataError as `decodeFile` says it */
  decode(place: Place, how: Decoding = {}): Promise<Picture> {
    const job: Job = { place, how, ...Promise.withResolvers<Picture>() };
    this.#waiting.push(job);
    this.#tell();
    return job.promise;
  }

  /** Tells of what is waiting, the least busy thread first. */
  #tell(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#threads.toSorted((one, other) => one.jobs.size - other.jobs.size)[0];
      const thread =
        (!idle || idle.jobs.size > 0) && this.#threads.length < this.#size ? this.#begin() : idle;
      if (!thread || thread.jobs.size >= told) return;
      const next = this.#waiting.shift();
      if (next) thread.tell(next);
    }
  }

  #begin(): Thread {
    const thread = new Thread(
      () => this.#tell(),
      (ended) => {
        this.#threads = this.#threads.filter((one) => one !== ended);
        this.#tell();
      },
    );
    this.#threads.push(thread);
    return thread;
  }
}

const pools = new Map<number, DecodePool>();

/**
 * The pool of so many threads; as many as there are cores where it is left out.
 *
 * @param warn  told where fewer images than that can be decoded at a time
 * @example await poolOf(2).decode('cat.jpg')
 */
export function poolOf(threads = os.availableParallelism(), warn?: (text: string) => void): DecodePool {
  const known = pools.get(threads);
  if (known) return known;
  const room = makeRoom(threads);
  if (room < threads)
    warn?.(
      `${threads} threads are to decode images, and this process has room for ${room} at a time: start it with UV_THREADPOOL_SIZE=${threads}`,
    );
  const pool = new DecodePool(threads);
  pools.set(threads, pool);
  return pool;
}
