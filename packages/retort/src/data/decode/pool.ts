/** Threads that decode images, which all data sets of a process share. */
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { getNumThreads, setNumThreads } from '@retort/torch';
import { DamagedImageError, DataError } from '../dataset.ts';
import type { DrawnImage } from '../drawn.ts';
import type { Packed } from '../pack/files.ts';
import type { Spot } from '../room.ts';
import type { Picture } from '../sample.ts';
import type { Changed } from './change.ts';
import type { Decoding } from './decode.ts';
import { sizeThreadPool } from './libuv.ts';
import { type Place, placeText } from './place.ts';

/** An image that is wanted. */
interface Wanted {
  readonly place: Place;
  readonly how?: Decoding | undefined;
  /** Where in a pack it lies, decoded. */
  readonly packed?: Packed | undefined;
  readonly drawn?: DrawnImage | undefined;
}

/** What a thread is told. */
export interface Request extends Wanted {
  readonly job: number;
}

/** What it answers. */
export type Answer = (
  | (Omit<Decoded, 'pixels'> & { readonly job: number; readonly pixels: Uint8Array<ArrayBuffer> })
  // Its pixels stand where they were to be written.
  | (Omit<Decoded, 'pixels'> & { readonly job: number })
  | { readonly job: number; readonly isLostInPack: true }
  | { readonly job: number; readonly wrong: string; readonly isDamaged: boolean }
) & {
  /** Said once, by a thread that has loaded the engine. */
  readonly begins?: boolean;
};

/** A picture, changed as it was drawn, and its boxes with it. */
export interface Decoded extends Changed {
  /** How many pixels it has in its file. */
  readonly stored: number;
}

type Job = PromiseWithResolvers<Decoded | null> & Wanted;

/** What a thread wrote where it was told to. */
const written = (spot: Spot | undefined): Uint8Array =>
  spot ? new Uint8Array(spot.memory, spot.offset, spot.length) : new Uint8Array();

/** A thread and what it was told to do: all of it at once, so that it goes on while this one is in a step. */
class Thread {
  readonly jobs = new Map<number, Job>();
  readonly #worker: Worker;
  #jobs = 0;

  /** @param onEnd  called when it has ended */
  constructor(onEnd: (thread: Thread) => void) {
    const script = new URL(`worker${path.extname(import.meta.filename)}`, import.meta.url);
    // A flag of programs that are given as text (`--eval`), which a file refuses.
    const isText = process.execArgv.some((flag) => flag.startsWith('--input-type'));
    const worker = new Worker(script, isText ? { execArgv: [] } : {});
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#settle(answer));
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
    const { place, how, packed, drawn } = job;
    const request: Request = { job: this.#jobs, place, how, packed, drawn };
    this.#worker.postMessage(request);
  }

  #settle(answer: Answer): void {
    const job = this.jobs.get(answer.job);
    this.jobs.delete(answer.job);
    if (this.jobs.size === 0) this.#worker.unref();
    if (answer.begins) keepNumThreads();
    if ('wrong' in answer) job?.reject(new (answer.isDamaged ? DamagedImageError : DataError)(answer.wrong));
    else if ('isLostInPack' in answer) job?.resolve(null);
    else job?.resolve('pixels' in answer ? answer : { ...answer, pixels: written(job.drawn?.spot) });
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

/**
 * How many threads an operator may use here stays as it is: a decoding thread sets it to 1 for itself, and libtorch takes what was set last for
 * threads that have not asked yet.
 */
function keepNumThreads(): void {
  setNumThreads(getNumThreads());
}

/** So many threads, which begin when there is something to do. */
export class DecodePool {
  readonly #size: number;
  #threads: Thread[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * The image in a file, or in a part of one; changed as it was drawn, where that is said.
   *
   * @throws DamagedImageError, DataError as `decodeFile` says it, and for what a transform cannot change
   */
  async decode(place: Place, how?: Decoding, drawn?: DrawnImage): Promise<Decoded> {
    const picture = await this.#ask({ place, how, drawn });
    if (picture) return picture;
    throw new DataError(`${placeText(place)}: the thread that decodes it gave no image`);
  }

  /** An image of a pack; null where it is damaged. */
  unpack(packed: Packed, drawn?: DrawnImage): Promise<Picture | null> {
    return this.#ask({ place: packed.file, packed, drawn });
  }

  #ask(wanted: Wanted): Promise<Decoded | null> {
    if (wanted.drawn) keepNumThreads();
    const job: Job = { ...wanted, ...Promise.withResolvers<Decoded | null>() };
    this.#leastBusy().tell(job);
    return job.promise;
  }

  #leastBusy(): Thread {
    const [first, ...others] = this.#threads;
    const least = others.reduce(
      (one, other) => (other && one && other.jobs.size < one.jobs.size ? other : one),
      first,
    );
    return least && (least.jobs.size === 0 || this.#threads.length >= this.#size) ? least : this.#begin();
  }

  #begin(): Thread {
    const thread = new Thread((ended) => {
      this.#threads = this.#threads.filter((one) => one !== ended);
    });
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
  const size = sizeThreadPool(threads);
  if (size < threads)
    warn?.(
      `${threads} threads are to decode images, and this process has room for ${size} at a time: start it with UV_THREADPOOL_SIZE=${threads}`,
    );
  const pool = new DecodePool(threads);
  pools.set(threads, pool);
  return pool;
}
