/** Initial values of weights, in place. The same seed gives PyTorch's values. */
import { noGrad } from '../autograd.ts';
import { TorchError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

/** Inputs and outputs of one unit of a weight [out, in, …kernel]. */
function fans(weight: Tensor): { fanIn: number; fanOut: number } {
  const [out, within, ...kernel] = weight.shape;
  if (out === undefined || within === undefined)
    throw new TorchError('fan-in and fan-out need a weight of two dimensions or more');
  const receptive = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: within * receptive, fanOut: out * receptive };
}

interface Kaiming {
  mode?: 'fan_in' | 'fan_out';
  /** What follows the layer; a leaky ReLU has the slope `a`. */
  nonlinearity?: 'relu' | 'leaky_relu' | 'linear';
  a?: number;
}

/** Gain over the square root of the fan (He et al. 2015, equations 10 and 14). */
function kaimingStd(
  weight: Tensor,
  { mode = 'fan_in', nonlinearity = 'leaky_relu', a = 0 }: Kaiming,
): number {
  const { fanIn, fanOut } = fans(weight);
  const slope = nonlinearity === 'relu' ? 0 : a;
  const gain = nonlinearity === 'linear' ? 1 : Math.sqrt(2 / (1 + slope ** 2));
  return gain / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

export function kaimingNormal_(weight: Tensor, options: Kaiming = {}): Tensor {
  return noGrad(() => weight.normal_(0, kaimingStd(weight, options)));
}

export function kaimingUniform_(weight: Tensor, options: Kaiming = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(weight, options);
  return noGrad(() => weight.uniform_(-bound, bound));
}

/** What PyTorch's Linear and convolutions start from: both uniform within 1/√fan-in. */
export function defaultWeightAndBias_(weight: Tensor, bias: Tensor | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  const bound = 1 / Math.sqrt(fans(weight).fanIn);
  if (bias) noGrad(() => bias.uniform_(-bound, bound));
}
