/** Losses of classes. */
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { checkSameShape, type ReductionOptions, reductionNames, reductions } from './reduction.ts';

const ops = {
  crossEntropy: op('aten::cross_entropy_loss'),
  nll: op('aten::nll_loss_nd'),
  bce: op('aten::binary_cross_entropy'),
  bceWithLogits: op('aten::binary_cross_entropy_with_logits'),
};

export interface NllOptions extends ReductionOptions {
  /** A weight for each class, [C]; `mean` divides by the sum of the weights. */
  weight?: Tensor | null;
  /** Targets of this class do not count; -100 where it is left out. */
  ignoreIndex?: number;
}

const nllNames: OptionNames<NllOptions> = { ...reductionNames, weight: true, ignoreIndex: true };

export interface CrossEntropyOptions extends NllOptions {
  /** The share of the target that is spread over all classes (Szegedy et al. 2016). */
  labelSmoothing?: number;
}

const crossEntropyNames: OptionNames<CrossEntropyOptions> = { ...nllNames, labelSmoothing: true };

/**
 * −log softmax(logits) of the target: logits [N, C, …] against class indices [N, …] (int64) or probabilities [N, C, …].
 *
 * @throws TorchError if the shapes do not fit, a label is no class, or labelSmoothing is not within [0, 1]
 * @example functional.cross_entropy(logits, labels, { labelSmoothing: 0.1 })
 */
export function cross_entropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  refuseUnknown('cross_entropy', options, crossEntropyNames);
  const { weight = null, reduction = 'mean', ignoreIndex = -100, labelSmoothing = 0 } = options;
  return ops.crossEntropy(logits, target, weight, reductions[reduction], ignoreIndex, labelSmoothing);
}

/**
 * Minus the log-probability of the target's class: logProbabilities [N, C, …] against class indices [N, …] (int64).
 *
 * @throws TorchError if the shapes do not fit or a label is no class
 * @example functional.nll_loss(functional.log_softmax(logits, 1), labels)
 */
export function nll_loss(logProbabilities: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  refuseUnknown('nll_loss', options, nllNames);
  const { weight = null, reduction = 'mean', ignoreIndex = -100 } = options;
  return ops.nll(logProbabilities, target, weight, reductions[reduction], ignoreIndex);
}

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** A weight for each element, broadcast. */
  weight?: Tensor | null;
}

const bceNames: OptionNames<BinaryCrossEntropyOptions> = { ...reductionNames, weight: true };

/**
 * −target · log p − (1 − target) · log(1 − p), for probabilities `input` in [0, 1] and targets of the same shape.
 *
 * @throws TorchError if the shapes differ or an input is no probability
 * @example functional.binary_cross_entropy(x.sigmoid(), target)
 */
export function binary_cross_entropy(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  refuseUnknown('binary_cross_entropy', options, bceNames);
  checkSameShape('binary_cross_entropy', input, target);
  const { weight = null, reduction = 'mean' } = options;
  return ops.bce(input, target, weight, reductions[reduction]);
}

/**
 * `binary_cross_entropy` of sigmoid(logits), computed without overflow.
 *
 * @param options.posWeight  a factor for the term of positive targets, broadcast
 * @throws TorchError if the shapes differ
 * @example functional.binary_cross_entropy_with_logits(logits, target, { posWeight: tensor([3]) })
 */
export function binary_cross_entropy_with_logits(
  logits: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions & { posWeight?: Tensor | null } = {},
): Tensor {
  refuseUnknown('binary_cross_entropy_with_logits', options, { ...bceNames, posWeight: true });
  checkSameShape('binary_cross_entropy_with_logits', logits, target);
  const { weight = null, posWeight = null, reduction = 'mean' } = options;
  return ops.bceWithLogits(logits, target, weight, posWeight, reductions[reduction]);
}
