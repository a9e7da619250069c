/** What networks of texts share: what they are called with, attention under a mask, activations, initial weights. */
import { functional, nn, noGrad, type Tensor } from '@retort/torch';

/** By transformers' names: the tanh that approximates GELU goes by two. */
export const activations = {
  gelu: () => new nn.GELU(),
  gelu_new: () => new nn.GELU({ approximate: 'tanh' }),
  gelu_pytorch_tanh: () => new nn.GELU({ approximate: 'tanh' }),
  relu: () => new nn.ReLU(),
} as const;

export type ActivationName = keyof typeof activations;

/** The name of an activation; null where it is none of these. */
export function activationName(layer: nn.Layer): ActivationName | null {
  if (layer instanceof nn.ReLU) return 'relu';
  if (!(layer instanceof nn.GELU)) return null;
  return layer.approximate === 'tanh' ? 'gelu_new' : 'gelu';
}

/** @throws RangeError where a network is called with something else than it takes, which says both */
export function checkTexts(
  network: string,
  positions: number,
  tokens: Tensor,
  mask: Tensor | undefined,
  types: Tensor | undefined,
): void {
  const { shape, dtype } = tokens;
  if (shape.length !== 2 || !(dtype === 'int64' || dtype === 'int32'))
    throw new RangeError(
      `${network} takes texts as numbers of tokens, int64 [B, L], and got ${tokens.summary()}`,
    );
  const [batch = 0, length = 0] = shape;
  if (length > positions)
    throw new RangeError(
      `${network} takes texts of at most ${positions} tokens, and got some of ${length}: cut them off there`,
    );
  const isOfTokens = (given: Tensor) => given.shape.join() === shape.join();
  if (mask && !(mask.dtype === 'bool' && isOfTokens(mask)))
    throw new RangeError(
      `${network} takes a mask of its tokens, bool [${batch}, ${length}], and got ${mask.summary()}`,
    );
  if (types && !((types.dtype === 'int64' || types.dtype === 'int32') && isOfTokens(types)))
    throw new RangeError(
      `${network} takes a type of each token, int64 [${batch}, ${length}], and got ${types.summary()}`,
    );
}

/** A mask of tokens, bool [B, L], as attention takes it: [B, 1, 1, L]. */
export const overKeys = (mask: Tensor | undefined): Tensor | undefined => mask?.unsqueeze(1).unsqueeze(1);

/**
 * Attention of several heads: queries, keys and values [B, L, D] → [B, L, D].
 *
 * @param mask  of keys, bool [B, 1, 1, L]
 * @param dropout  of the attention's weights, in the mode that it is in
 */
export function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  heads: number,
  mask: Tensor | undefined,
  dropout: nn.Dropout,
): Tensor {
  const [q, k, v] = [query, key, value].map((of) => of.unflatten(2, [heads, -1]).transpose(1, 2));
  if (!q || !k || !v) throw new RangeError('attention without query, key and value');
  return functional
    .scaled_dot_product_attention(q, k, v, {
      ...(mask ? { attnMask: mask } : {}),
      dropoutP: dropout.training ? dropout.p : 0,
    })
    .transpose(1, 2)
    .flatten(2);
}

/** @throws RangeError unless the heads divide the width */
export function checkHeads(width: number, heads: number): void {
  if (width % heads !== 0) throw new RangeError(`a width of ${width} does not divide into ${heads} heads`);
}

/**
 * Initial values of transformers: a normal distribution for linear layers and embeddings, whose biases and rows for padding are 0; layer
 * norms as they are made.
 */
export function initialise(model: nn.Module, deviation: number): void {
  for (const [, module] of model.namedModules()) {
    if (module instanceof nn.Linear) {
      nn.init.normal_(module.weight, 0, deviation);
      if (module.bias) nn.init.zeros_(module.bias);
    } else if (module instanceof nn.Embedding) {
      const { weight, paddingIdx } = module;
      nn.init.normal_(weight, 0, deviation);
      if (paddingIdx !== null) noGrad(() => weight.select(0, paddingIdx).zero_());
    }
  }
}
