import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const ops = { linear: op('aten::linear') };

/**
 * x [*, in] · weightᵀ [in, out] + bias [out] → [*, out].
 *
 * @throws TorchError if the sizes do not fit
 * @example functional.linear(x, weight, bias)
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return ops.linear(x, weight, bias);
}
