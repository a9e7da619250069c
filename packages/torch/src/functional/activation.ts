/** Activations: element by element, any shape. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import type { DType } from '../dtype.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkBeta, checkLimits } from './check.ts';

const ops = {
  relu: op('aten::relu'),
  relu6: op('aten::relu6'),
  gelu: op('aten::gelu'),
  silu: op('aten::silu'),
  hardswish: op('aten::hardswish'),
  hardsigmoid: op('aten::hardsigmoid'),
  leakyRelu: op('aten::leaky_relu'),
  prelu: op('aten::prelu'),
  elu: op('aten::elu'),
  selu: op('aten::selu'),
  mish: op('aten::mish'),
  softplus: op('aten::softplus'),
  hardtanh: op('aten::hardtanh'),
  glu: op('aten::glu'),
  sigmoid: op('aten::sigmoid'),
  tanh: op('aten::tanh'),
  softmax: op('aten::softmax.int'),
  logSoftmax: op('aten::log_softmax.int'),
};

/** max(x, 0). @example functional.relu(tensor([-1, 2])) // [0, 2] */
export function relu(x: Tensor): Tensor {
  return ops.relu(x);
}

/** min(max(x, 0), 6), as in MobileNet. @example functional.relu6(tensor([-1, 8])) // [0, 6] */
export function relu6(x: Tensor): Tensor {
  return ops.relu6(x);
}

/** `tanh` is the approximation that BERT's first code and GPT-2 use; `none` is exact. */
export type GeluApproximation = 'none' | 'tanh';

/** @internal The names of the options of `gelu`. */
export const geluNames: OptionNames<{ approximate?: GeluApproximation }> = { approximate: true };

/**
 * x · Φ(x), Φ being the normal distribution's cumulative function (Hendrycks & Gimpel 2016).
 *
 * @example functional.gelu(x, { approximate: 'tanh' })
 */
export function gelu(x: Tensor, options: { approximate?: GeluApproximation } = {}): Tensor {
  refuseUnknown('gelu', options, geluNames);
  return ops.gelu(x, options.approximate);
}

/** x · sigmoid(x), also called swish. @example functional.silu(x) */
export function silu(x: Tensor): Tensor {
  return ops.silu(x);
}

/** x · relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3). @example functional.hardswish(x) */
export function hardswish(x: Tensor): Tensor {
  return ops.hardswish(x);
}

/** relu6(x + 3) / 6. @example functional.hardsigmoid(x) */
export function hardsigmoid(x: Tensor): Tensor {
  return ops.hardsigmoid(x);
}

/** x where it is positive, else negativeSlope · x. @example functional.leaky_relu(x, 0.2) */
export function leaky_relu(x: Tensor, negativeSlope = 0.01): Tensor {
  return ops.leakyRelu(x, negativeSlope);
}

/**
 * x where it is positive, else weight · x (He et al. 2015): `weight` [1], or [C] for x [N, C, …], one for each channel.
 *
 * @throws TorchError if the weight has another size
 * @example functional.prelu(x, tensor([0.25]))
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  return ops.prelu(x, weight);
}

/** x where it is positive, else alpha · (eˣ − 1) (Clevert et al. 2016). @example functional.elu(x) */
export function elu(x: Tensor, alpha = 1): Tensor {
  return ops.elu(x, alpha);
}

/** `elu` with the alpha and the scale that keep mean 0 and variance 1 (Klambauer et al. 2017). @example functional.selu(x) */
export function selu(x: Tensor): Tensor {
  return ops.selu(x);
}

/** x · tanh(softplus(x)) (Misra 2019), as in YOLOv4. @example functional.mish(x) */
export function mish(x: Tensor): Tensor {
  return ops.mish(x);
}

/**
 * log(1 + e^(beta · x)) / beta, a smooth relu; x itself where beta · x is above `threshold`, as there it is that but for rounding.
 *
 * @throws TorchError if beta is 0
 * @example functional.softplus(x)
 */
export function softplus(x: Tensor, beta = 1, threshold = 20): Tensor {
  checkBeta('softplus', beta);
  return ops.softplus(x, beta, threshold);
}

/** x limited to minVal … maxVal. @throws TorchError if minVal is above maxVal @example functional.hardtanh(x, 0, 6) */
export function hardtanh(x: Tensor, minVal = -1, maxVal = 1): Tensor {
  checkLimits('hardtanh', minVal, maxVal);
  return ops.hardtanh(x, minVal, maxVal);
}

/**
 * a · sigmoid(b), a and b being the halves of x along `dim` (Dauphin et al. 2017), which is half as long afterwards.
 *
 * @throws TorchError if there is no such dimension, or its length is odd
 * @example functional.glu(x, 1)
 */
export function glu(x: Tensor, dim = -1): Tensor {
  return ops.glu(x, dim);
}

/** 1 / (1 + e⁻ˣ). @example functional.sigmoid(x) */
export function sigmoid(x: Tensor): Tensor {
  return ops.sigmoid(x);
}

/** Hyperbolic tangent. @example functional.tanh(x) */
export function tanh(x: Tensor): Tensor {
  return ops.tanh(x);
}

export interface SoftmaxOptions {
  /** x is converted to it first, and it is the result's; x's own where it is left out. */
  dtype?: DType;
}

const softmaxNames: OptionNames<SoftmaxOptions> = { dtype: true };

/**
 * eˣ divided by its sum along `dim`; the shape stays.
 *
 * @throws TorchError if there is no such dimension
 * @example functional.softmax(logits.div(temperature), 1)
 */
export function softmax(x: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  refuseUnknown('softmax', options, softmaxNames);
  return ops.softmax(x, dim, options.dtype);
}

/**
 * The logarithm of `softmax`, computed without overflow.
 *
 * @throws TorchError if there is no such dimension
 * @example functional.log_softmax(logits, 1)
 */
export function log_softmax(x: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  refuseUnknown('log_softmax', options, softmaxNames);
  return ops.logSoftmax(x, dim, options.dtype);
}
