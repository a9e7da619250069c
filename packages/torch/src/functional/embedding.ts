/** Whole numbers as vectors. */

import { TorchError } from '../dispatch/errors.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { rowsOnMeta } from './on-meta.ts';

const ops = { embedding: op('aten::embedding'), oneHot: op('aten::one_hot') };

/** libtorch only says that some index is out of range. */
function outOfRange(indices: Tensor, rows: number): TorchError | null {
  if (indices.numel() === 0) return null;
  const [least, most] = [indices.amin().item(), indices.amax().item()];
  if (least >= 0 && most < rows) return null;
  return new TorchError(
    `embedding: index ${least < 0 ? least : most} is out of range: the weight has ${rows} rows, 0 to ${rows - 1}`,
    'aten::embedding',
  );
}

/**
 * The rows of `weight` [rows, dim] that `indices` [*] (int64 or int32) name → [*, dim].
 *
 * @param options.paddingIdx  a row that gets no gradient; negative ones count from the end
 * @throws TorchError if an index is out of range or no whole number
 * @example functional.embedding(tensor([0n, 2n]), weight)
 */
export function embedding(
  indices: Tensor,
  weight: Tensor,
  options: { paddingIdx?: number | null } = {},
): Tensor {
  refuseUnknown('embedding', options, { paddingIdx: true });
  const { paddingIdx = null } = options;
  const rows = weight.size(0);
  if (paddingIdx !== null && !(paddingIdx >= -rows && paddingIdx < rows)) {
    throw new TorchError(`embedding: paddingIdx ${paddingIdx} is out of range: the weight has ${rows} rows`);
  }
  // To the operator, -1 is none.
  const padding = paddingIdx === null ? -1 : (paddingIdx + rows) % rows;
  if (weight.device === 'meta') return rowsOnMeta(weight, indices.shape);
  try {
    return ops.embedding(weight, indices, padding);
  } catch (error) {
    throw outOfRange(indices, rows) ?? error;
  }
}

/**
 * labels [*] (int64) → [*, classes] of 0 and 1 (int64).
 *
 * @param classes  one more than the largest label where it is -1
 * @throws TorchError if a label is negative or no class
 * @example functional.one_hot(tensor([0n, 2n]), 3) // [[1, 0, 0], [0, 0, 1]]
 */
export function one_hot(labels: Tensor, classes = -1): Tensor {
  return ops.oneHot(labels, classes);
}
