/** What tokens of a text say together. */
import type { Tensor } from '@retort/torch';

/**
 * The mean of the tokens [B, L, D] where the mask, bool [B, L], is true: [B, D]. Whatever padding is, also where it is not finite, it counts nothing.
 *
 * @example meanWhere(mask, states) // [B, D]
 */
export function meanWhere(mask: Tensor, tokens: Tensor): Tensor {
  const counted = mask.to(tokens.dtype).unsqueeze(2);
  const sum = tokens.masked_fill(mask.logical_not().unsqueeze(2), 0).sum([1]);
  return sum.div(counted.sum([1]).clamp(1));
}
