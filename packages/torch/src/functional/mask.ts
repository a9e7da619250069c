/** Masks of attention as numbers that are added to its scores. */
import { zeros_like } from '../create.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const ops = {
  maskedFill: op('aten::masked_fill.Scalar'),
  newOnes: op('aten::new_ones'),
  triu: op('aten::triu'),
};

/** @internal −∞ where `blocked` is true, else 0, of the dtype of `like`. */
export function additiveMask(blocked: Tensor, like: Tensor): Tensor {
  using zero = zeros_like(blocked, { dtype: like.dtype });
  return ops.maskedFill(zero, blocked, Number.NEGATIVE_INFINITY);
}

/** @internal [queries, keys]: what comes after a query is blocked. */
export function causalMask(like: Tensor, queries: number, keys: number): Tensor {
  using all = ops.newOnes(like, [queries, keys], 'bool');
  using later = ops.triu(all, 1);
  return additiveMask(later, like);
}
