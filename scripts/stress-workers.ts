/**
 * `node scripts/stress-workers.ts [rounds] [first seed]`: in each round, a process of its own, several worker threads train at once and
 * end as the seed says: by themselves, by an error or process.exit() in the middle of a step, by worker.terminate() at any moment, or
 * with the whole process. Every process must end by itself, with status 0 and nothing said. 100 rounds unless told otherwise; a round that
 * failed is repeated with `--round SEED`.
 */
import { spawn } from 'node:child_process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Tensor } from '@retort/torch';
import {
  customFunction,
  type FunctionContext,
  functional,
  nn,
  optim,
  randn,
  scope,
  tensor,
} from '@retort/torch';
import { native } from '../packages/torch/src/dispatch/native.ts';

const workers = 4;
const roundLimit = 120_000;

const fates = ['natural', 'terminate', 'terminate', 'exit', 'error', 'litter'] as const;
type Fate = (typeof fates)[number];
interface Task {
  fate: Fate;
  /** After so many steps the worker does what its fate is. */
  steps: number;
  engineAway: boolean;
}

/** A small generator of numbers in [0, 1), so that a seed is a round (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const scale = customFunction({
  forward(context: FunctionContext<[Tensor]>, x: Tensor) {
    context.saveForBackward(x);
    return x.mul(x);
  },
  backward(context, gradient) {
    const [x] = context.savedTensors;
    return gradient.mul(x).mul(2);
  },
});

/** Trains; `inStep` is called in a hook in the middle of each step's backward. */
function train(steps: number, inStep: (step: number) => void): void {
  const model = new nn.Sequential(
    new nn.Conv2d(3, 8, 3),
    new nn.BatchNorm2d(8),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(800, 10),
  );
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
  for (let step = 0; step < steps; step++) {
    scope(() => {
      optimizer.zeroGrad();
      const logits = model.forward(scale(randn([4, 3, 12, 12])));
      logits.registerHook((gradient) => {
        inStep(step);
        return gradient.mul(0.5);
      });
      functional.cross_entropy(logits, tensor([0n, 1n, 2n, 3n])).backward();
      optimizer.step();
    });
  }
}

function work({ fate, steps, engineAway }: Task): void {
  native.engineAway(engineAway);
  if (fate === 'litter') {
    // A graph with hooks and a custom function in it, which nobody frees.
    const x = randn([100]).add(1);
    x.requiresGrad = true;
    const y = scale(x);
    y.registerHook((gradient) => gradient.mul(y));
    x.registerPostAccumulateGradHook(() => {});
    y.sum().backward();
  }
  train(fate === 'terminate' ? 1e9 : steps, (step) => {
    if (step === 0) parentPort?.postMessage('training');
    if (step < steps - 1) return;
    if (fate === 'exit') process.exit(0);
    if (fate === 'error') throw new Error('as planned');
  });
}

/** One round, in a process of its own. */
function round(seed: number): void {
  const random = generator(seed);
  const milliseconds = (most: number) => Math.floor(random() * most);
  const exits = random() < 0.3;
  for (let i = 0; i < workers; i++) {
    const fate = fates[Math.floor(random() * fates.length)] ?? 'natural';
    const task: Task = { fate, steps: 1 + Math.floor(random() * 20), engineAway: random() < 0.3 };
    const whileLoading = random() < 0.3;
    const after = milliseconds(whileLoading ? 1500 : 300);
    const worker = new Worker(new URL(import.meta.url), { workerData: task });
    worker.on('error', (error) => {
      if (!(fate === 'error' && error instanceof Error && error.message === 'as planned')) throw error;
    });
    const end = () => setTimeout(() => void worker.terminate(), after);
    if (fate === 'terminate' && whileLoading) end();
    // It says so when it has begun to train.
    worker.once('message', () => {
      if (fate === 'terminate' && !whileLoading) end();
      if (exits) setTimeout(() => process.exit(0), after);
    });
  }
  if (random() < 0.5) train(Math.floor(random() * 20), () => {});
}

/** Runs a round; what was wrong with it, or null. */
function attempt(seed: number): Promise<string | null> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [import.meta.filename, '--round', `${seed}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), roundLimit);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (status === 0 && said === '') return resolve(null);
      resolve(
        `round ${seed} ended with ${signal ?? `status ${status}`} after ${seconds} s${said && `:\n${said}`}`,
      );
    });
  });
}

async function main(): Promise<void> {
  const [rounds = 100, first = 0] = process.argv.slice(2).map(Number);
  let failed = 0;
  for (let seed = first; seed < first + rounds; seed++) {
    const problem = await attempt(seed);
    if (problem === null) continue;
    failed++;
    console.error(problem);
  }
  console.log(`${rounds - failed} of ${rounds} rounds ended cleanly`);
  if (failed > 0) process.exitCode = 1;
}

if (!isMainThread) work(workerData);
else if (process.argv[2] === '--round') round(Number(process.argv[3]));
else await main();
