/** Activations: element by element, any shape. */
import { op } from '../operator.ts';
import type { Tensor } from '../tensor.ts';
import { checkOptions } from './options.ts';

const ops = {
  relu: op('aten::relu'),
  relu6: op('aten::relu6'),
  gelu: op('aten::gelu'),
  silu: op('aten::silu'),
  hardswish: op('aten::hardswish'),
  hardsigmoid: op('aten::hardsigmoid'),
  leakyRelu: op('aten::leaky_relu'),
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

/**
 * x · Φ(x), Φ being the normal distribution's cumulative function (Hendrycks & Gimpel 2016).
 *
 * @example functional.gelu(x, { approximate: 'tanh' })
 */
export function gelu(x: Tensor, options: { approximate?: GeluApproximation } = {}): Tensor {
  checkOptions('gelu', options);
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

/** 1 / (1 + e⁻ˣ). @example functional.sigmoid(x) */
export function sigmoid(x: Tensor): Tensor {
  return ops.sigmoid(x);
}

/** Hyperbolic tangent. @example functional.tanh(x) */
export function tanh(x: Tensor): Tensor {
  return ops.tanh(x);
}

/**
 * eˣ divided by its sum along `dim`; the shape stays.
 *
 * @throws TorchError if there is no such dimension
 * @example functional.softmax(logits.div(temperature), 1)
 */
export function softmax(x: Tensor, dim: number): Tensor {
  return ops.softmax(x, dim);
}

/**
 * The logarithm of `softmax`, computed without overflow.
 *
 * @throws TorchError if there is no such dimension
 * @example functional.log_softmax(logits, 1)
 */
export function log_softmax(x: Tensor, dim: number): Tensor {
  return ops.logSoftmax(x, dim);
}
