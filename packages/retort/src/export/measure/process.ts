/** The process that times networks: alone with onnxruntime, so that nothing but its own work is in between. Told once, it answers once. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Timed, TimedInput, Times, Timing, Told } from './messages.ts';

type Runtime = typeof import('onnxruntime-node');

/** A network made ready. */
interface Ready {
  readonly times: { readonly single: number[][]; readonly batch: number[] };
  /** In milliseconds. */
  single(): Promise<number>;
  batch(): Promise<number>;
}

const tell = (told: Told): void => {
  process.send?.(told);
};

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function open(runtime: Runtime, timed: Timed, { kind, threads }: Timing): Promise<InferenceSession> {
  const { file, external } = timed;
  if (kind === 'node')
    return runtime.InferenceSession.create(file, {
      ...{ executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1 },
      logSeverityLevel: 3,
      // Else its threads go on waiting for work while the next network has its turn, and take half of the cores.
      extra: { session: { force_spinning_stop: '1' } },
    });
  const folder = path.dirname(file);
  // As a page fetches them.
  return runtime.InferenceSession.create(new Uint8Array(fs.readFileSync(file)), {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    externalData: external.map((name) => ({
      path: name,
      data: new Uint8Array(fs.readFileSync(path.join(folder, name))),
    })),
  });
}

/** Numbers from -2 to 2, as normalised pixels are, the same each time. */
function noise(dims: readonly number[]): Float32Array {
  const numbers = room(dims);
  let state = 1;
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = state / 2 ** 30 - 2;
  }
  return numbers;
}

function room(dims: readonly number[]): Float32Array {
  try {
    return new Float32Array(dims.reduce((all, size) => all * size, 1));
  } catch {
    throw new Error(
      `${dims[0]} of its images or texts at once do not fit into memory: name fewer, or smaller ones (--batch-size, --size, --length)`,
    );
  }
}

function dataOf(numbers: Float32Array, { dtype, range: [from, below] = [0, 1] }: TimedInput): Tensor['data'] {
  if (dtype === 'float32') return numbers;
  if (dtype === 'int64')
    return BigInt64Array.from(numbers, (number) =>
      BigInt(from + Math.min(below - from - 1, Math.floor(((number + 2) / 4) * (below - from)))),
    );
  if (dtype === 'float64') return Float64Array.from(numbers);
  return new Uint16Array(Float16Array.from(numbers).buffer);
}

function tensorOf(runtime: Runtime, kind: Timing['kind'], input: TimedInput, dims: readonly number[]) {
  const { dtype } = input;
  const data = dataOf(noise(dims), input);
  if (kind === 'wasm') return new runtime.Tensor(dtype, data as Float32Array, dims);
  // Its constructor would make a Float16Array of float16, which its binding takes to be empty.
  return { type: dtype, dims, data, location: 'cpu' } as unknown as Tensor;
}

async function ready(runtime: Runtime, timed: Timed, timing: Timing): Promise<Ready> {
  const session = await open(runtime, timed, timing);
  const run = (size: 'single' | 'batch') => {
    const feeds = Object.fromEntries(
      timed.inputs.map((input) => [input.name, tensorOf(runtime, timing.kind, input, input[size])]),
    );
    return async () => {
      const start = performance.now();
      await session.run(feeds);
      return performance.now() - start;
    };
  };
  const [single, batch] = [run('single'), run('batch')];
  // The first runs of a shape lay out memory.
  for (const warm of [single, batch]) for (let i = 0; i < 2; i++) await warm();
  return { times: { single: [], batch: [] }, single, batch };
}

/** One network's turn: what others left in the caches is gone after a run that is not counted. */
async function turn({ times, single, batch }: Ready, runs: number): Promise<void> {
  await single();
  const took: number[] = [];
  for (let i = 0; i < runs; i++) took.push(await single());
  times.single.push(took);
  times.batch.push(await batch());
}

async function timed(timing: Timing): Promise<(Times | { readonly wrong: string })[]> {
  const { kind, entry, networks, rounds, runs } = timing;
  const runtime: Runtime = createRequire(import.meta.url)(entry);
  // More need a page that is cross-origin isolated.
  if (kind === 'wasm') runtime.env.wasm.numThreads = timing.threads;
  const all: (Ready | { readonly wrong: string })[] = [];
  for (const network of networks)
    try {
      all.push(await ready(runtime, network, timing));
    } catch (error) {
      all.push({ wrong: said(error) });
    }
  const whole = all.filter((one) => 'times' in one);
  for (let round = 0; round < rounds; round++) {
    // Forward and backward, so that no network always comes after the same one.
    for (const one of round % 2 === 0 ? whole : whole.toReversed()) await turn(one, runs);
    tell({ round: round + 1 });
  }
  return all.map((one) => ('times' in one ? one.times : one));
}

// Whoever asked may be killed, and nobody waits for the answer then.
process.once('disconnect', () => process.exit());
process.once('message', async (timing: Timing) => {
  try {
    tell({ times: await timed(timing) });
  } catch (error) {
    tell({ wrong: said(error) });
  }
  process.disconnect();
});
