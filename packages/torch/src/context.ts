/** The process and its processor: version, threads, memory, determinism. */
import { setImmediate } from 'node:timers/promises';
import { TorchError } from './dispatch/errors.ts';
import { guard, native } from './dispatch/native.ts';
import { refusePromise } from './dispatch/scope.ts';

/** libtorch's version, e.g. `2.15.0`. */
export const version: string = native.version();

/** What the processor can do, as libtorch found it: `{ avx2: true, avx512_bf16: false, amx_bf16: false, … }`. @example capabilities().avx2 */
export function capabilities(): Readonly<Record<string, boolean | number | string>> {
  return native.capabilities();
}

/** How many CUDA devices libtorch finds. @example cudaDeviceCount() // 0 on a machine without a GPU */
export function cudaDeviceCount(): number {
  return native.cudaDeviceCount();
}

/** Whether libtorch finds a CUDA device. @example const device = cudaIsAvailable() ? 'cuda' : 'cpu'; */
export function cudaIsAvailable(): boolean {
  return cudaDeviceCount() > 0;
}

/** The threads that one operator may use. @example getNumThreads() // as many as there are cores */
export function getNumThreads(): number {
  return native.getNumThreads();
}

/** Sets how many threads one operator may use. @throws TorchError unless it is a whole number from 1 @example setNumThreads(1); */
export function setNumThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1)
    throw new TorchError(`threads must be a whole number from 1, got ${threads}`);
  guard('setNumThreads', () => native.setNumThreads(threads));
}

/**
 * Says whether only algorithms are used that give the same bits each time, oneDNN's included. An operator that has none then throws a
 * TorchError. It holds for the whole process, until it is said otherwise.
 *
 * @example useDeterministicAlgorithms(true);
 */
export function useDeterministicAlgorithms(on: boolean): void {
  guard('useDeterministicAlgorithms', () => native.setDeterministic(on));
}

/** Whether deterministic algorithms are used now, asked for or claimed. @example areDeterministicAlgorithmsEnabled() // false */
export function areDeterministicAlgorithmsEnabled(): boolean {
  return native.isDeterministic();
}

/**
 * Runs `body` with deterministic algorithms; afterwards they are what `useDeterministicAlgorithms()` said last, unless another thread is
 * in such a body.
 *
 * @throws TorchError if the body returns a promise, or for an operator that has no deterministic algorithm
 * @example const loss = withDeterministicAlgorithms(() => step(batch));
 */
export function withDeterministicAlgorithms<Result>(body: () => Result): Result {
  native.claimDeterminism(true);
  try {
    const result = body();
    refusePromise(result, 'withDeterministicAlgorithms()');
    return result;
  } finally {
    native.claimDeterminism(false);
  }
}

/** What `memory()` tells. */
export interface Memory {
  /** Tensors and generators that JavaScript holds in this thread. */
  readonly handles: number;
  /** Bytes of all CPU tensors of the process, those that only a graph holds included. */
  readonly bytes: number;
  /** The most that `bytes` has been since the start or `resetPeakMemory()`. */
  readonly peak: number;
  /** Beyond this an allocation throws. */
  readonly limit: number;
}

/** How much memory tensors take now, took at most and may take. @example (memory().bytes / 2 ** 20).toFixed(1) // MiB */
export function memory(): Memory {
  const [handles, bytes, peak, limit] = native.memory();
  return { handles, bytes, peak, limit };
}

/**
 * Sets how many bytes CPU tensors may take together. At first it is 80 % of the container's or machine's memory, or
 * `RETORT_MEMORY_LIMIT`. Beyond it the operator that asks for more throws.
 *
 * @throws TorchError unless it is a positive number
 * @example setMemoryLimit(4 * 2 ** 30);
 */
export function setMemoryLimit(bytes: number): void {
  if (!(bytes > 0)) throw new TorchError(`the memory limit must be a positive number of bytes, got ${bytes}`);
  native.setMemoryLimit(bytes);
}

/** Begins anew to find the `peak` that `memory()` tells. @example resetPeakMemory(); step(); console.log(memory().peak); */
export function resetPeakMemory(): void {
  native.resetPeak();
}

/**
 * A turn of the event loop: signals, timers and servers run, and collected tensors are freed. Await it between training steps.
 *
 * @example for (const batch of batches) { step(batch); await nextTurn(); }
 */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}
