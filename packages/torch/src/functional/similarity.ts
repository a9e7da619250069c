/** Directions of vectors. */

import { refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { type ReductionOptions, reductionNames, reductions } from './reduction.ts';

const ops = {
  cosineSimilarity: op('aten::cosine_similarity'),
  cosineEmbedding: op('aten::cosine_embedding_loss'),
  vectorNorm: op('aten::linalg_vector_norm'),
  clampMin: op('aten::clamp_min'),
};

/**
 * a · b / (‖a‖ ‖b‖) along `dim` (1 where it is left out), which disappears; a and b are broadcast.
 *
 * @throws TorchError if the shapes do not fit
 * @example functional.cosine_similarity(student, teacher, { dim: -1 })
 */
export function cosine_similarity(
  a: Tensor,
  b: Tensor,
  options: { dim?: number; eps?: number } = {},
): Tensor {
  refuseUnknown('cosine_similarity', options, { dim: true, eps: true });
  return ops.cosineSimilarity(a, b, options.dim ?? 1, options.eps ?? 1e-8);
}

/**
 * 1 − cos(a, b) where the target is 1, max(0, cos(a, b) − margin) where it is −1: a and b [N, D] with target [N], or [D] with [].
 *
 * @throws TorchError if the shapes do not fit
 * @example functional.cosine_embedding_loss(student, teacher, ones([n]))
 */
export function cosine_embedding_loss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: ReductionOptions & { margin?: number } = {},
): Tensor {
  refuseUnknown('cosine_embedding_loss', options, { ...reductionNames, margin: true });
  return ops.cosineEmbedding(a, b, target, options.margin ?? 0, reductions[options.reduction ?? 'mean']);
}

/**
 * x divided by its p-norm along `dim` (1 where it is left out), the norm being at least `eps`.
 *
 * @throws TorchError if there is no such dimension
 * @example functional.normalize(features, { dim: -1 })
 */
export function normalize(x: Tensor, options: { p?: number; dim?: number; eps?: number } = {}): Tensor {
  refuseUnknown('normalize', options, { p: true, dim: true, eps: true });
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return scope(() => x.div(ops.clampMin(ops.vectorNorm(x, p, [dim], true), eps)));
}
