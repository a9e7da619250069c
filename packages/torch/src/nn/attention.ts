import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { dropout, linear, scaled_dot_product_attention } from '../functional/index.ts';
import { additiveMask, causalMask } from '../functional/mask.ts';
import { checkProbability } from '../functional/probability.ts';
import type { Tensor } from '../tensor.ts';
import { divisible, wholeNumbers } from './check.ts';
import { xavierUniform_, zeros_ } from './init.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

export interface MultiheadAttentionOptions extends Placement {
  /** The probability with which attention weights are dropped in training. */
  dropout?: number;
  bias?: boolean;
  /** The last dimension of keys and values, where it is not embedDim. */
  kdim?: number;
  vdim?: number;
  /** Whether the batch is the first dimension, [N, L, E]; as in PyTorch it is the second, [L, N, E], unless this is true. */
  batchFirst?: boolean;
}

export interface MultiheadAttentionForward {
  /** [N, S]: of bool, true where a key is padding and not looked at; else added to the scores. */
  keyPaddingMask?: Tensor | null;
  /** [L, S] or [N · heads, L, S]: of bool, true where a query must not look at a key; else added to the scores. */
  attnMask?: Tensor | null;
  /** Query i looks at the keys up to i only. Unlike PyTorch's this is no hint: the mask need not be given as well. */
  isCausal?: boolean;
  /** Whether the attention weights are returned. Unlike in PyTorch it is false by default, so that the fused kernel is used. */
  needWeights?: boolean;
  /** Whether the weights are averaged over heads; true by default. */
  averageAttnWeights?: boolean;
}

const optionNames: OptionNames<MultiheadAttentionOptions> = {
  ...placementNames,
  dropout: true,
  bias: true,
  kdim: true,
  vdim: true,
  batchFirst: true,
};

const forwardNames: OptionNames<MultiheadAttentionForward> = {
  keyPaddingMask: true,
  attnMask: true,
  isCausal: true,
  needWeights: true,
  averageAttnWeights: true,
};

/** Both masks, those of bool as numbers, in one of [N or 1, heads or 1, L or 1, S]. */
function mergedMask(
  like: Tensor,
  sizes: { batch: number; heads: number; queries: number; keys: number },
  { keyPaddingMask, attnMask, isCausal }: MultiheadAttentionForward,
): Tensor | null {
  const { batch, heads, queries, keys } = sizes;
  const asNumbers = (mask: Tensor) => (mask.dtype === 'bool' ? additiveMask(mask, like) : mask);
  const fits = (mask: Tensor, shape: readonly number[]) => mask.shape.join() === shape.join();
  const masks: Tensor[] = [];
  if (isCausal) masks.push(causalMask(like, queries, keys));
  if (attnMask) {
    if (fits(attnMask, [queries, keys])) masks.push(asNumbers(attnMask));
    else if (fits(attnMask, [batch * heads, queries, keys]))
      masks.push(asNumbers(attnMask).reshape([batch, heads, queries, keys]));
    else
      throw new TorchError(
        `MultiheadAttention: attnMask must be [${queries}, ${keys}] or [${batch * heads}, ${queries}, ${keys}], got ${attnMask.summary()}`,
      );
  }
  if (keyPaddingMask) {
    if (!fits(keyPaddingMask, [batch, keys]))
      throw new TorchError(
        `MultiheadAttention: keyPaddingMask must be [${batch}, ${keys}], got ${keyPaddingMask.summary()}`,
      );
    masks.push(asNumbers(keyPaddingMask).reshape([batch, 1, 1, keys]));
  }
  const [first = null, ...others] = masks;
  return others.reduce((sum, mask) => sum?.add(mask) ?? mask, first);
}

/**
 * Attention of several heads with projections of their own (Vaswani et al. 2017, section 3.2.2), on scaled_dot_product_attention. Keys of
 * the state dict and initial values are PyTorch's.
 *
 * @example const [y] = new nn.MultiheadAttention(192, 3, { batchFirst: true }).forward(x); // self-attention
 */
export class MultiheadAttention extends Module {
  /** [3 · embedDim, embedDim]: the projections of query, key and value, where keys and values have its size. */
  readonly in_proj_weight: Parameter | null;
  readonly q_proj_weight: Parameter | null;
  readonly k_proj_weight: Parameter | null;
  readonly v_proj_weight: Parameter | null;
  /** [3 · embedDim]. */
  readonly in_proj_bias: Parameter | null;
  readonly out_proj: Linear;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly batchFirst: boolean;

  /** @throws TorchError if embedDim is not divisible by numHeads, or dropout is no probability */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    refuseUnknown('MultiheadAttention', options, optionNames);
    const { dropout: p = 0, bias = true, kdim = embedDim, vdim = embedDim, ...others } = options;
    const { batchFirst = false, ...placement } = others;
    wholeNumbers('MultiheadAttention', { embedDim, numHeads, kdim, vdim });
    divisible('MultiheadAttention', 'embedDim', embedDim, 'numHeads', numHeads);
    checkProbability('MultiheadAttention', p);
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.headDim = embedDim / numHeads;
    this.kdim = kdim;
    this.vdim = vdim;
    this.dropout = p;
    this.batchFirst = batchFirst;
    const weight = (rows: number, columns: number) => new Parameter(empty([rows, columns], placement));
    const packed = kdim === embedDim && vdim === embedDim;
    this.in_proj_weight = packed ? weight(3 * embedDim, embedDim) : null;
    this.q_proj_weight = packed ? null : weight(embedDim, embedDim);
    this.k_proj_weight = packed ? null : weight(embedDim, kdim);
    this.v_proj_weight = packed ? null : weight(embedDim, vdim);
    this.in_proj_bias = bias ? new Parameter(empty([3 * embedDim], placement)) : null;
    // Drawn before the other weights, as in PyTorch, so that the same seed gives the same values.
    this.out_proj = new Linear(embedDim, embedDim, { ...placement, bias });
    for (const projection of [
      this.in_proj_weight,
      this.q_proj_weight,
      this.k_proj_weight,
      this.v_proj_weight,
    ])
      if (projection) xavierUniform_(projection);
    if (this.in_proj_bias) zeros_(this.in_proj_bias);
    if (this.out_proj.bias) zeros_(this.out_proj.bias);
  }

  #check(query: Tensor, key: Tensor, value: Tensor): void {
    const [q, k, v] = [query.shape, key.shape, value.shape];
    const batch = this.batchFirst ? 0 : 1;
    const sizes = q.at(-1) === this.embedDim && k.at(-1) === this.kdim && v.at(-1) === this.vdim;
    const ranks = (q.length === 2 || q.length === 3) && k.length === q.length;
    const pairs = k.slice(0, -1).join() === v.slice(0, -1).join();
    if (sizes && ranks && pairs && (q.length === 2 || q[batch] === k[batch])) return;
    const [first, keys] = this.batchFirst ? ['N, L', 'N, S'] : ['L, N', 'S, N'];
    throw new TorchError(
      `MultiheadAttention takes a query [${first}, ${this.embedDim}], a key [${keys}, ${this.kdim}] and a value [${keys}, ${this.vdim}], ` +
        `or all without N, got ${query.summary()}, ${key.summary()} and ${value.summary()}`,
    );
  }

  /** The projections of inputs, each [*, embedDim]. */
  #projected(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const { in_proj_weight: packed, in_proj_bias: bias, embedDim } = this;
    if (packed && query === key && key === value) return linear(query, packed, bias).split(embedDim, -1);
    const separate = [this.q_proj_weight, this.k_proj_weight, this.v_proj_weight];
    return [query, key, value].map((x, i) => {
      const weight = separate[i] ?? packed?.narrow(0, i * embedDim, embedDim);
      if (!weight) throw new TorchError('MultiheadAttention has lost its projections');
      return linear(x, weight, bias?.narrow(0, i * embedDim, embedDim));
    });
  }

  /**
   * query [L, N, embedDim], key [S, N, kdim] and value [S, N, vdim] (with `batchFirst` N comes first; it may be missing), to
   * [output [L, N, embedDim], weights]. The weights are null unless asked for, else [N, L, S], or [N, heads, L, S] when not averaged.
   * Key and value left out are the query and the key: self-attention.
   *
   * @throws TorchError if shapes do not fit
   * @example const [y, weights] = attention.forward(x, memory, memory, { keyPaddingMask, needWeights: true });
   */
  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    options: MultiheadAttentionForward = {},
  ): [output: Tensor, weights: Tensor | null] {
    refuseUnknown('MultiheadAttention.forward()', options, forwardNames);
    return scope(() => {
      this.#check(query, key, value);
      if (query.dim() === 3) return this.#attend(query, key, value, options);
      const batch = this.batchFirst ? 0 : 1;
      const lifted = query.unsqueeze(batch);
      const liftedKey = key === query ? lifted : key.unsqueeze(batch);
      const liftedValue = value === key ? liftedKey : value.unsqueeze(batch);
      const keyPaddingMask = options.keyPaddingMask?.unsqueeze(0) ?? null;
      const [y, weights] = this.#attend(lifted, liftedKey, liftedValue, { ...options, keyPaddingMask });
      return [y.squeeze(batch), weights?.squeeze(0) ?? null];
    });
  }

  #attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: MultiheadAttentionForward,
  ): [output: Tensor, weights: Tensor | null] {
    const { numHeads: heads, headDim, batchFirst, embedDim, training } = this;
    const p = training ? this.dropout : 0;
    const toHeads = (x: Tensor) => {
      const [a = 0, b = 0] = x.shape;
      return x.reshape([a, b, heads, headDim]).permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
    };
    const [q, k, v] = this.#projected(query, key, value).map(toHeads);
    if (!q || !k || !v) throw new TorchError('MultiheadAttention has lost its projections');
    const [batch = 0, , queries = 0] = q.shape;
    const sizes = { batch, heads, queries, keys: k.size(2) };
    const { needWeights = false, averageAttnWeights = true, isCausal = false, ...masks } = options;
    const together = (x: Tensor) => {
      const joined = x.permute(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
      const [a = 0, b = 0] = joined.shape;
      return this.out_proj.forward(joined.reshape([a, b, embedDim]));
    };
    // Alone, causality is known to the fused kernel; with others it is one more mask.
    const alone = isCausal && !needWeights && !masks.attnMask && !masks.keyPaddingMask;
    const attnMask = mergedMask(q, sizes, { ...masks, isCausal: isCausal && !alone });
    if (!needWeights) {
      const y = scaled_dot_product_attention(q, k, v, { attnMask, dropoutP: p, isCausal: alone });
      return [together(y), null];
    }
    const scores = q.mul(Math.sqrt(1 / headDim)).matmul(k.transpose(-2, -1));
    const weights = dropout((attnMask ? scores.add(attnMask) : scores).softmax(-1), p);
    return [together(weights.matmul(v)), averageAttnWeights ? weights.mean(1) : weights];
  }
}
