/** Whether a convolution, its gradients and theirs are what float64 says, which libtorch computes by other kernels. */
import { type DType, grad, op, scope, type Tensor, tensor } from '@retort/torch';
import { randomFrom } from '../draw.ts';
import type { Convolution } from './case.ts';

/** How far a sum may be from the exact one, as a share of the sum of its terms' absolute values. Some kernels add up in bfloat16. */
const tolerances: { readonly [dtype in DType]?: number } = { float32: 2 ** -19, bfloat16: 2 ** -5 };

interface Operands {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly b: Tensor | null;
  /** The gradient of the result, and those of the gradients of x and w. */
  readonly g: Tensor;
  readonly vx: Tensor;
  readonly vw: Tensor;
}

/** The size of the convolution's result. */
function resultSize({ input, weight, transposed, groups, ...drawn }: Convolution): number[] {
  const [batch = 0, , ...spatial] = input;
  const [first = 0, second = 0, ...kernel] = weight;
  const sizes = spatial.map((size, i) => {
    const [k = 1, stride = 1] = [kernel[i], drawn.stride[i]];
    const lost = (k - 1) * (drawn.dilation[i] ?? 1) - 2 * (drawn.padding[i] ?? 0);
    return transposed
      ? (size - 1) * stride + lost + (drawn.outputPadding[i] ?? 0) + 1
      : Math.floor((size - lost - 1) / stride) + 1;
  });
  return [batch, transposed ? second * groups : first, ...sizes];
}

function operands(drawn: Convolution, seed: number): Operands {
  const random = randomFrom(seed);
  const numbers = (shape: readonly number[], channelsLast: boolean): Tensor => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, () => random() * 2 - 1);
    const filled = tensor(values, { shape: [...shape] }).to(drawn.dtype);
    return channelsLast ? filled.movedim(1, -1).contiguous().movedim(-1, 1) : filled;
  };
  const { input, weight, channelsLast } = drawn;
  const result = resultSize(drawn);
  return {
    x: numbers(input, channelsLast.input),
    w: numbers(weight, channelsLast.weight),
    b: drawn.bias ? numbers([result[1] ?? 0], false) : null,
    g: numbers(result, channelsLast.gradient),
    vx: numbers(input, channelsLast.input),
    vw: numbers(weight, channelsLast.weight),
  };
}

const convolution = op('aten::convolution');

/** Each is a sum of products of the operands, so that of absolute values it is the sum of the terms' absolute values. */
function results(drawn: Convolution, given: Operands, change: (operand: Tensor) => Tensor): Tensor[] {
  const { stride, padding, dilation, transposed, outputPadding, groups } = drawn;
  const leaf = (operand: Tensor): Tensor => {
    const changed = change(operand).detach();
    changed.requiresGrad = true;
    return changed;
  };
  const [x, w, g] = [leaf(given.x), leaf(given.w), leaf(given.g)];
  const b = given.b && leaf(given.b);
  const y = convolution(x, w, b, stride, padding, dilation, transposed, outputPadding, groups);
  const first = grad([y], b ? [x, w, b] : [x, w], { gradOutputs: [g], createGraph: true });
  const second = grad(first.slice(0, 2).map(present), [x, w, g], {
    gradOutputs: [change(given.vx), change(given.vw)],
  });
  return [y, ...first.map(present), ...second.map(present)];
}

function present(tensor: Tensor | null): Tensor {
  if (!tensor) throw new Error('a gradient is missing');
  return tensor;
}

const names = ['result', 'gradient of x', 'gradient of w', 'gradient of b'];
const secondNames = ['x', 'w', 'g'].map((of) => `second gradient of ${of}`);

/** What is wrong with a convolution's numbers, or null. @throws TorchError if libtorch refuses it */
export function judge(drawn: Convolution, seed: number): string | null {
  return scope(() => {
    const given = operands(drawn, seed);
    const got = results(drawn, given, (operand) => operand.clone());
    const exact = results(drawn, given, (operand) => operand.to('float64'));
    const terms = results(drawn, given, (operand) => operand.to('float64').abs());
    const all = [...names.slice(0, drawn.bias ? 4 : 3), ...secondNames];
    const tolerance = tolerances[drawn.dtype] ?? 0;
    for (const [i, name] of all.entries()) {
      const [is, should, scale] = [got[i], exact[i], terms[i]].map((value) =>
        present(value ?? null).detach(),
      );
      if (!is || !should || !scale || !is.numel()) continue;
      const off = Number(is.to('float64').sub(should).abs().div(scale.add(1e-30)).max().item());
      // Written so that NaN is wrong.
      if (!(off <= tolerance)) return `${name} is off by ${off.toExponential(1)} of its terms`;
    }
    return null;
  });
}
