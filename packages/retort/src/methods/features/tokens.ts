/** Tokens that both networks are shown, compared one to one: padding counts nothing, and each sample as much as another. */
import type { Tensor } from '@retort/torch';
import type { Seen } from '../method.ts';
import { maskOf } from '../seen.ts';

/** A feature [B, L, …] of each network. */
export type TokenPair = readonly [student: Tensor, teacher: Tensor];

/**
 * Which of the tokens are no padding, bool [B, L]; null where none is.
 *
 * @throws RangeError where the networks are shown other tokens, which cannot be compared one to one
 */
export function tokensOfBoth(method: string, seen: Seen, [own, theirs]: TokenPair): Tensor | null {
  const [ours, others] = [
    maskOf(seen.student, own, `${method}: what the student says of tokens`),
    maskOf(seen.teacher, theirs, `${method}: what the teacher says of tokens`),
  ];
  const isOne = own.size(1) === theirs.size(1) && (ours === null) === (others === null);
  if (isOne && (ours === others || !others || ours?.ne(others).any().item() === 0)) return ours;
  throw new RangeError(
    `${method} compares the networks token by token, and they are shown other tokens (the student ${own.size(1)} at most, the teacher ${theirs.size(1)}): give both the same tokenizer and length, or learn by a method that compares vectors or logits`,
  );
}

/** The mean over the batch of what each token has, [B, L] → a scalar: of each sample that over its own tokens. */
export function meanOfTokens(values: Tensor, mask: Tensor | null): Tensor {
  if (!mask) return values.mean();
  const counts = mask.to(values.dtype).sum([1]).clamp(1);
  return values.masked_fill(mask.logical_not(), 0).sum([1]).div(counts).mean();
}

/** The same of what each pair of tokens has, [B, L, L]. */
export function meanOfPairs(values: Tensor, mask: Tensor | null): Tensor {
  if (!mask) return values.mean();
  const pairs = mask.unsqueeze(2).logical_and(mask.unsqueeze(1));
  const counts = mask.to(values.dtype).sum([1]).clamp(1).square();
  return values.masked_fill(pairs.logical_not(), 0).sum([1, 2]).div(counts).mean();
}
