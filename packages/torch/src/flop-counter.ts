/** How many multiplications and additions a computation takes, told by the operators that it calls. */
import { type Callable, type Recorder, recordingTo } from './dispatch/recording.ts';
import { Tensor } from './tensor.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const shapeOf = (value: unknown): readonly number[] => (value instanceof Tensor ? value.shape : []);

/** What a call multiplies and adds, by the shapes of its arguments and its result. */
type Count = (args: readonly unknown[], result: readonly number[]) => number;

const matrices: Count = ([a], result) => product(result) * (shapeOf(a).at(-1) ?? 1);

/** Every element of the result is a product of a row of the weight: [out, in / groups, …kernel]. */
const convolution: Count = ([, weight], result) => product(result) * product(shapeOf(weight).slice(1));

/** Every element of the input is spread by a column of the weight: [in, out / groups, …kernel]. */
const transposed: Count = ([x, weight]) => product(shapeOf(x)) * product(shapeOf(weight).slice(1));

const attention: Count = ([query, key, value]) => {
  const [q, k, v] = [query, key, value].map(shapeOf);
  const scores = product(q?.slice(0, -1) ?? []) * (k?.at(-2) ?? 1);
  return scores * ((q?.at(-1) ?? 0) + (v?.at(-1) ?? 0));
};

const counts: Readonly<Record<string, Count>> = {
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  convolution,
  conv_transpose1d: transposed,
  conv_transpose2d: transposed,
  conv_transpose3d: transposed,
  linear: matrices,
  matmul: matrices,
  mm: matrices,
  bmm: matrices,
  mv: matrices,
  dot: matrices,
  inner: matrices,
  addmm: ([, a], result) => product(result) * (shapeOf(a).at(-1) ?? 1),
  baddbmm: ([, a], result) => product(result) * (shapeOf(a).at(-1) ?? 1),
  scaled_dot_product_attention: attention,
};

class Counter implements Recorder {
  multiplyAdds = 0;

  called({ name }: Callable, args: readonly unknown[], result: unknown): void {
    const [, short = ''] = /^aten::(\w+)/.exec(name) ?? [];
    const count = counts[short];
    if (!count) return;
    recordingTo(null, () => {
      this.multiplyAdds += count(args, shapeOf(result));
    });
  }

  aliased(): void {}
  read(): void {}
}

/**
 * The multiply-adds of the convolutions, matrix products and attention that `body` calls; two floating-point operations each, which is
 * what PyTorch's `FlopCounterMode` counts of a forward. Element-wise operators, norms and pooling are left out, as there. What libtorch
 * calls by itself, as in backward, is not seen.
 *
 * @example countMultiplyAdds(() => noGrad(() => model.forward(zeros([1, 3, 32, 32]))))
 */
export function countMultiplyAdds(body: () => unknown): number {
  const counter = new Counter();
  recordingTo(counter, body);
  return counter.multiplyAdds;
}
