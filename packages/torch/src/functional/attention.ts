import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { dropout } from './dropout.ts';
import { additiveMask, causalMask } from './mask.ts';
import { checkProbability } from './probability.ts';

const ops = {
  attention: op('aten::scaled_dot_product_attention'),
  safeSoftmax: op('aten::_safe_softmax'),
  repeatInterleave: op('aten::repeat_interleave.self_int'),
};

export interface AttentionOptions {
  /** [*, L, S], broadcast: of bool, true where a query may look at a key; else added to the scores. */
  attnMask?: Tensor | null;
  /** The probability with which attention weights are dropped; there is no `training` here: pass 0 in evaluation. */
  dropoutP?: number;
  /** Query i looks at the keys up to i only. */
  isCausal?: boolean;
  /** 1 / √D where it is left out. */
  scale?: number;
  /** Grouped queries: key and value may have fewer heads, of which each serves several of the query's. */
  enableGqa?: boolean;
}

const names: OptionNames<AttentionOptions> = {
  attnMask: true,
  dropoutP: true,
  isCausal: true,
  scale: true,
  enableGqa: true,
};

/** Whether a mask leaves a row nothing to look at. Asked on a CPU alone: elsewhere the answer would have to be waited for. */
const mayBlind = (mask: Tensor): boolean =>
  mask.device !== 'cpu' || noGrad(() => mask.isneginf().all(-1).any().item() !== 0);

/** The weights softmax(query · keyᵀ · scale + mask), dropped, times value: for dropout, of which the fused operator takes no generator. */
function composed(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions): Tensor {
  const { attnMask, dropoutP = 0, isCausal, enableGqa } = options;
  if (isCausal && attnMask) {
    throw new TorchError('scaled_dot_product_attention: isCausal is a mask of its own: leave attnMask out');
  }
  const scale = options.scale ?? 1 / Math.sqrt(query.size(-1));
  const repeats = enableGqa ? query.size(-3) / key.size(-3) : 1;
  if (!Number.isInteger(repeats)) {
    throw new TorchError(
      `scaled_dot_product_attention: the heads of query ${query.summary()} must be a multiple of those of key ${key.summary()}`,
    );
  }
  const allHeads = (x: Tensor) => (repeats === 1 ? x : ops.repeatInterleave(x, repeats, -3));
  const scores = query.mul(scale).matmul(allHeads(key).transpose(-2, -1));
  const given = attnMask?.dtype === 'bool' ? additiveMask(attnMask.logical_not(), scores) : attnMask;
  const mask = isCausal ? causalMask(scores, query.size(-2), key.size(-2)) : given;
  const masked = mask ? scores.add(mask) : scores;
  // A row in which everything is masked is 0, as in the fused operator; to look for one among all scores takes as long as the softmax.
  const isBlind = mask && mask.device !== 'meta' && mayBlind(mask);
  const weights = isBlind ? ops.safeSoftmax(masked, -1) : masked.softmax(-1);
  return dropout(weights, dropoutP).matmul(allHeads(value));
}

/**
 * Attention (Vaswani et al. 2017): query [*, L, D], key [*, S, D], value [*, S, Dv] → [*, L, Dv]. Fused where libtorch has a kernel for it.
 * Dropout draws from the generator of `withGenerator`.
 *
 * @throws TorchError if shapes or dtypes do not fit, dropoutP is no probability, or isCausal and attnMask are both given
 * @example functional.scaled_dot_product_attention(q, k, v, { isCausal: true })
 */
export function scaled_dot_product_attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  refuseUnknown('scaled_dot_product_attention', options, names);
  const { attnMask = null, dropoutP = 0, isCausal = false, scale, enableGqa = false } = options;
  checkProbability('scaled_dot_product_attention', dropoutP);
  // PyTorch knows the fused operator's shapes in Python alone.
  if (dropoutP > 0 || query.device === 'meta') return scope(() => composed(query, key, value, options));
  return ops.attention(query, key, value, attnMask, 0, isCausal, scale, enableGqa);
}
