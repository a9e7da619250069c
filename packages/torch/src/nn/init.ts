/** Initial values of weights, in place. The same seed gives PyTorch's values. Draws come from the generator of `withGenerator`. */
import { noGrad } from '../autograd/index.ts';
import { empty, empty_like, where } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { tensor } from '../from-values.ts';
import { op } from '../op.ts';
import { currentGenerator } from '../random.ts';
import type { Tensor } from '../tensor.ts';

const ops = {
  uniform_: op('aten::uniform_'),
  normal_: op('aten::normal_'),
  eye: op('aten::eye.m'),
  qr: op<[q: Tensor, r: Tensor]>('aten::linalg_qr'),
  diagonal: op('aten::diagonal'),
};

const drawUniform_ = (x: Tensor, from: number, to: number) =>
  noGrad(() => ops.uniform_(x, from, to, currentGenerator()));
const drawNormal_ = (x: Tensor, mean: number, std: number) =>
  noGrad(() => ops.normal_(x, mean, std, currentGenerator()));

/** Uniform in [a, b). @example nn.init.uniform_(weight, -0.1, 0.1) */
export function uniform_(x: Tensor, a = 0, b = 1): Tensor {
  return drawUniform_(x, a, b);
}

/** Normal. @throws TorchError if std is negative @example nn.init.normal_(weight, 0, 0.02) */
export function normal_(x: Tensor, mean = 0, std = 1): Tensor {
  return drawNormal_(x, mean, std);
}

/** One value everywhere. @example nn.init.constant_(gate, 0.3) */
export function constant_(x: Tensor, value: number): Tensor {
  return noGrad(() => x.fill_(value));
}

/** 0 everywhere. @example nn.init.zeros_(layer.bias) */
export function zeros_(x: Tensor): Tensor {
  return constant_(x, 0);
}

/** 1 everywhere. @example nn.init.ones_(norm.weight) */
export function ones_(x: Tensor): Tensor {
  return constant_(x, 1);
}

/** The identity, for x [n, m]. @throws TorchError for another rank @example nn.init.eye_(projector.weight) */
export function eye_(x: Tensor): Tensor {
  const [n, m, ...more] = x.shape;
  if (n === undefined || m === undefined || more.length > 0)
    throw new TorchError(`eye_ takes a matrix, got ${x.summary()}`);
  using identity = ops.eye(n, m, x.dtype, undefined, x.device);
  return noGrad(() => x.copy_(identity));
}

function cumulativeNormal(x: number): number {
  using value = tensor(x / Math.SQRT2, { dtype: 'float64' });
  using result = value.erf();
  return (1 + result.item()) / 2;
}

/** Draws again where a value lies outside of [a, b]. */
function rejectNormal_(x: Tensor, mean: number, std: number, a: number, b: number): void {
  const rounded = (value: number) => tensor(value, { dtype: x.dtype }).item();
  const [low, high] = [rounded(a), rounded(b)];
  let values = drawNormal_(x, mean, std);
  for (;;) {
    const outside = values.lt(low).logical_or(values.gt(high));
    if (!outside.any().item()) break;
    values = where(outside, drawNormal_(empty_like(values), mean, std), values);
  }
  if (values !== x) x.copy_(values);
}

/** Draws uniformly from [a, b] and keeps a value with the probability of its density over that of the most likely one. */
function rejectUniform_(x: Tensor, mean: number, std: number, a: number, b: number): void {
  const mode = Math.max(a, Math.min(mean, b));
  const peak = -0.5 * ((mode - mean) / std) ** 2;
  const rejected = (values: Tensor) => {
    const logDensity = values.sub(mean).div(std).pow(2).mul(-0.5).sub(peak);
    return drawUniform_(empty_like(x), 0, 1).log().gt(logDensity);
  };
  let values = drawUniform_(x, a, b);
  let pending = rejected(values);
  while (pending.any().item()) {
    const candidates = drawUniform_(empty_like(x), a, b);
    values = where(pending, candidates, values);
    pending = pending.logical_and(rejected(candidates));
  }
  if (values !== x) x.copy_(values);
}

/**
 * Normal, limited to [a, b]: a value outside is drawn again, by the algorithm of PyTorch 2.15.
 *
 * @throws TorchError if std is not positive or a is not below b
 * @example nn.init.truncNormal_(positions, { std: 0.02 })
 */
export function truncNormal_(
  x: Tensor,
  options: { mean?: number; std?: number; a?: number; b?: number } = {},
): Tensor {
  refuseUnknown('truncNormal_', options, { mean: true, std: true, a: true, b: true });
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  if (!(std > 0)) throw new TorchError(`truncNormal_: std must be positive, got ${std}`);
  if (!(a < b)) throw new TorchError(`truncNormal_: a (${a}) must be below b (${b})`);
  // It has no values to look at.
  if (x.device === 'meta') return x;
  noGrad(() =>
    scope(() => {
      const share = cumulativeNormal((b - mean) / std) - cumulativeNormal((a - mean) / std);
      // Where little of the distribution lies inside, most normal draws would be in vain.
      if (share > 0.3) rejectNormal_(x, mean, std, a, b);
      else rejectUniform_(x, mean, std, a, b);
    }),
  );
  return x;
}

/** Inputs and outputs of one unit of a weight [out, in, …kernel]. */
function fans(weight: Tensor): { fanIn: number; fanOut: number } {
  const [out, within, ...kernel] = weight.shape;
  if (out === undefined || within === undefined)
    throw new TorchError(
      `fan-in and fan-out need a weight of two dimensions or more, got ${weight.summary()}`,
    );
  const receptive = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: within * receptive, fanOut: out * receptive };
}

/** What follows a layer. Convolutions count as `linear`. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

/**
 * By how much values shrink in a nonlinearity, and weights are to be larger.
 *
 * @param slope  that of a leaky ReLU's negative side
 * @example nn.init.calculateGain('leaky_relu', 0.2)
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope ** 2));
    case 'selu':
      return 3 / 4;
  }
}

const xavierStd = (weight: Tensor, gain: number) => {
  const { fanIn, fanOut } = fans(weight);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
};

/**
 * Uniform within ± gain · √(6 / (fan-in + fan-out)) (Glorot & Bengio 2010).
 *
 * @throws TorchError if the weight has less than two dimensions
 * @example nn.init.xavierUniform_(layer.weight)
 */
export function xavierUniform_(weight: Tensor, gain = 1): Tensor {
  const bound = Math.sqrt(3) * xavierStd(weight, gain);
  return drawUniform_(weight, -bound, bound);
}

/**
 * Normal with the deviation gain · √(2 / (fan-in + fan-out)) (Glorot & Bengio 2010).
 *
 * @throws TorchError if the weight has less than two dimensions
 * @example nn.init.xavierNormal_(layer.weight, nn.init.calculateGain('tanh'))
 */
export function xavierNormal_(weight: Tensor, gain = 1): Tensor {
  return drawNormal_(weight, 0, xavierStd(weight, gain));
}

export interface KaimingOptions {
  /** Whether values keep their size on the way forward or gradients on the way back. */
  mode?: 'fan_in' | 'fan_out';
  /** What follows the layer; a leaky ReLU has the slope `a`. */
  nonlinearity?: Nonlinearity;
  a?: number;
}

const kaimingNames: OptionNames<KaimingOptions> = { mode: true, nonlinearity: true, a: true };

/** Gain over the square root of the fan (He et al. 2015, equations 10 and 14). */
function kaimingStd(what: string, weight: Tensor, options: KaimingOptions): number {
  refuseUnknown(what, options, kaimingNames);
  const { mode = 'fan_in', nonlinearity = 'leaky_relu', a = 0 } = options;
  const { fanIn, fanOut } = fans(weight);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/**
 * Normal with the deviation gain / √fan (He et al. 2015).
 *
 * @throws TorchError if the weight has less than two dimensions
 * @example nn.init.kaimingNormal_(conv.weight, { mode: 'fan_out', nonlinearity: 'relu' })
 */
export function kaimingNormal_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  const std = kaimingStd('kaimingNormal_', weight, options);
  return weight.numel() === 0 ? weight : drawNormal_(weight, 0, std);
}

/**
 * Uniform within ± gain · √(3 / fan) (He et al. 2015).
 *
 * @throws TorchError if the weight has less than two dimensions
 * @example nn.init.kaimingUniform_(layer.weight, { nonlinearity: 'relu' })
 */
export function kaimingUniform_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', weight, options);
  return weight.numel() === 0 ? weight : drawUniform_(weight, -bound, bound);
}

/**
 * A (semi-)orthogonal matrix times `gain`; dimensions after the first count as one (Saxe et al. 2013).
 *
 * @throws TorchError if the weight has less than two dimensions
 * @example nn.init.orthogonal_(projector.weight)
 */
export function orthogonal_(weight: Tensor, gain = 1): Tensor {
  const { shape, dtype, device } = weight;
  const [rows] = shape;
  if (rows === undefined || shape.length < 2)
    throw new TorchError(`orthogonal_ takes two dimensions or more, got ${weight.summary()}`);
  if (weight.numel() === 0) return weight;
  noGrad(() =>
    scope(() => {
      const columns = weight.numel() / rows;
      const flat = drawNormal_(empty([rows, columns], { dtype, device }), 0, 1);
      const [q, r] = ops.qr(rows < columns ? flat.t() : flat);
      // The signs make it uniform over all orthogonal matrices (Mezzadri 2006).
      const uniform = q.mul(ops.diagonal(r).sign());
      weight.copy_((rows < columns ? uniform.t() : uniform).reshape(shape).mul(gain));
    }),
  );
  return weight;
}

/** @internal What PyTorch's Linear and convolutions start from: both uniform within 1/√fan-in. */
export function defaultWeightAndBias_(weight: Tensor, bias: Tensor | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  const { fanIn } = fans(weight);
  if (bias && fanIn > 0) drawUniform_(bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
}
