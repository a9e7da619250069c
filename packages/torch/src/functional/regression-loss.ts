/** Losses of numbers against numbers. Both have one shape: unlike PyTorch, which warns, another is an error. */
import { refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkSameShape, type ReductionOptions, reductionNames, reductions } from './reduction.ts';

const ops = {
  mse: op('aten::mse_loss'),
  l1: op('aten::l1_loss'),
  smoothL1: op('aten::smooth_l1_loss'),
  huber: op('aten::huber_loss'),
};

/**
 * (input − target)², any shape.
 *
 * @throws TorchError if the shapes differ
 * @example functional.mse_loss(student, teacher.detach())
 */
export function mse_loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  refuseUnknown('mse_loss', options, reductionNames);
  checkSameShape('mse_loss', input, target);
  return ops.mse(input, target, reductions[options.reduction ?? 'mean']);
}

/**
 * |input − target|, any shape.
 *
 * @throws TorchError if the shapes differ
 * @example functional.l1_loss(prediction, target)
 */
export function l1_loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  refuseUnknown('l1_loss', options, reductionNames);
  checkSameShape('l1_loss', input, target);
  return ops.l1(input, target, reductions[options.reduction ?? 'mean']);
}

/**
 * ½ d² / beta where |d| = |input − target| is below `beta`, else |d| − ½ beta (Girshick 2015); with beta 0 it is `l1_loss`.
 *
 * @throws TorchError if the shapes differ or beta is negative
 * @example functional.smooth_l1_loss(boxes, target, { beta: 1 / 9 })
 */
export function smooth_l1_loss(
  input: Tensor,
  target: Tensor,
  options: ReductionOptions & { beta?: number } = {},
): Tensor {
  refuseUnknown('smooth_l1_loss', options, { ...reductionNames, beta: true });
  checkSameShape('smooth_l1_loss', input, target);
  const { reduction = 'mean', beta = 1 } = options;
  return ops.smoothL1(input, target, reductions[reduction], beta);
}

/**
 * ½ d² where |d| = |input − target| is below `delta`, else delta · (|d| − ½ delta) (Huber 1964).
 *
 * @throws TorchError if the shapes differ or delta is not positive
 * @example functional.huber_loss(prediction, target, { delta: 0.5 })
 */
export function huber_loss(
  input: Tensor,
  target: Tensor,
  options: ReductionOptions & { delta?: number } = {},
): Tensor {
  refuseUnknown('huber_loss', options, { ...reductionNames, delta: true });
  checkSameShape('huber_loss', input, target);
  const { reduction = 'mean', delta = 1 } = options;
  return ops.huber(input, target, reductions[reduction], delta);
}
