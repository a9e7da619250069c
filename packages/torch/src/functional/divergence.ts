import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkSameShape, type Reduction, reductions } from './reduction.ts';

const ops = { klDiv: op('aten::kl_div') };

export interface KLOptions {
  /** `batchmean` where it is left out. */
  reduction?: Reduction | 'batchmean';
  /** Whether the target is given as log-probabilities. */
  logTarget?: boolean;
}

const names: OptionNames<KLOptions> = { reduction: true, logTarget: true };

/**
 * Kullback-Leibler divergence of log-probabilities `input` from `target`, target · (log target − input), any shape. `batchmean`, the
 * mathematical mean over the batch and the default here, divides the sum by the first dimension; `mean`, PyTorch's default, divides by
 * the number of elements.
 *
 * @throws TorchError if the shapes differ
 * @example functional.kl_div(student.log_softmax(1), teacher.log_softmax(1), { logTarget: true })
 */
export function kl_div(input: Tensor, target: Tensor, options: KLOptions = {}): Tensor {
  refuseUnknown('kl_div', options, names);
  checkSameShape('kl_div', input, target);
  const { reduction = 'batchmean', logTarget = false } = options;
  if (reduction !== 'batchmean') return ops.klDiv(input, target, reductions[reduction], logTarget);
  const sum = ops.klDiv(input, target, reductions.sum, logTarget);
  return input.dim() === 0 ? sum : sum.div(input.size(0));
}
