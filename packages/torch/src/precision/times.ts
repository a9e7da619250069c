/** How long a small convolution and a small product take in float32 and in bfloat16, forward and backward. */
import { autocast, enableGrad } from '../autograd/index.ts';
import { randn } from '../create.ts';
import { scope } from '../dispatch/scope.ts';
import { conv2d } from '../functional/index.ts';
import { Generator } from '../random.ts';
import type { Tensor } from '../tensor.ts';

export const kernels = ['convolution', 'product'] as const;
export type Kernel = (typeof kernels)[number];

/** Milliseconds. */
export interface Times {
  readonly fp32: number;
  readonly bf16: number;
}

export type KernelTimes = Readonly<Record<Kernel, Times>>;

/** Runs a kernel once, forward and backward, and answers how many milliseconds that took. */
export type Timed = (kernel: Kernel, precision: keyof Times) => number;

/** What is multiplied: x in the dtype in which the layer before left it, weights in float32, as autocast has them. */
interface Operands {
  readonly compute: (x: Tensor, weight: Tensor) => Tensor;
  readonly x: Tensor;
  readonly weight: Tensor;
}

/** @param images  how many the convolution has: 32 channels of 16 x 16. @param size  of the product's square matrices */
function operands(images: number, size: number): Record<Kernel, Operands> {
  // One of its own, so that what the program draws is not moved.
  using generator = new Generator(0);
  const lastly = { memoryFormat: 'channels_last' } as const;
  return {
    convolution: {
      compute: (x, weight) => conv2d(x, weight, null, { padding: 1 }),
      x: randn([images, 32, 16, 16], { generator }).to(lastly),
      weight: randn([32, 32, 3, 3], { generator }).to(lastly),
    },
    product: {
      compute: (x, weight) => x.matmul(weight),
      x: randn([size, size], { generator }),
      weight: randn([size, size], { generator }),
    },
  };
}

function once({ compute, x, weight }: Operands, precision: keyof Times): number {
  return scope(() => {
    const leaves = [x.to(precision === 'bf16' ? 'bfloat16' : 'float32'), weight].map((tensor) => {
      const leaf = tensor.detach();
      leaf.requiresGrad = true;
      return leaf;
    });
    const [input = x, w = weight] = leaves;
    const start = performance.now();
    enableGrad(() => {
      const y = autocast(precision === 'bf16' ? 'bfloat16' : null, () => compute(input, w));
      y.sum().backward();
    });
    return performance.now() - start;
  });
}

const least = (values: readonly number[]): number => Math.min(...values);

/** Whether the least time came often enough to be no accident: what disturbs a measurement only adds to it. */
const isSteady = (values: readonly number[]): boolean =>
  values.filter((value) => value <= 1.1 * least(values)).length >= 3;

/** The least times, and whether each of them came three times. */
export interface Measured {
  readonly times: KernelTimes;
  readonly steady: boolean;
}

/** Takes turns, so that what slows the machine down for a while slows both, until the least times are steady or the time is over. */
function inTurns(time: Timed, milliseconds: number): Measured {
  const taken = kernels.map((kernel) => ({ kernel, fp32: [] as number[], bf16: [] as number[] }));
  const isDone = (): boolean => taken.every(({ fp32, bf16 }) => isSteady(fp32) && isSteady(bf16));
  for (let spent = 0; spent < milliseconds && !isDone(); ) {
    for (const { kernel, ...series } of taken) {
      for (const precision of ['fp32', 'bf16'] as const) {
        const taken = time(kernel, precision);
        series[precision].push(taken);
        spent += taken;
      }
    }
  }
  const times = taken.map(({ kernel, fp32, bf16 }) => [kernel, { fp32: least(fp32), bf16: least(bf16) }]);
  return { times: Object.fromEntries(times), steady: isDone() };
}

/** How many times as fast bf16 is, where it gains least. */
export const gainOf = (times: KernelTimes): number =>
  least(kernels.map((kernel) => times[kernel].fp32 / times[kernel].bf16));

/** Below this bf16 is emulated, as much as 150 times slower: there is nothing to measure closely, and no time to. */
const hopeless = 1 / 4;

/**
 * @param little  kernels so small that even an emulated bf16 is soon done
 * @param much  those that are measured where it is not
 */
export function measure(little: Timed, much: Timed): Measured {
  const first = inTurns(little, 100);
  return gainOf(first.times) < hopeless ? first : inTurns(much, 400);
}

/** Measures here, in half a second; it takes longer only where a single run does, as on a machine that is busy. */
export function measureHere(): Measured {
  const timed = (images: number, size: number): Timed => {
    const all = operands(images, size);
    return (kernel, precision) => once(all[kernel], precision);
  };
  return scope(() => {
    const [little, much] = [timed(1, 64), timed(16, 256)];
    // What oneDNN prepares once in a process would make bf16 look hopeless where the machine is busy.
    for (const kernel of kernels)
      for (const precision of ['fp32', 'bf16'] as const) little(kernel, precision);
    return measure(little, much);
  });
}
