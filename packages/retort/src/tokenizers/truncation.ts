/** Which tokens are left of texts that are too long together. */

/**
 * How many tokens are left of each, longest first, as Hugging Face's tokenizers count: the shorter keeps all that it has, up to half; where both
 * have more than half, the odd one is that of the longer text, and of the second where they are alike.
 *
 * @param room  tokens for both
 * @example truncated(10, 3, 8) // [5, 3]
 */
export function truncated(first: number, second: number, room: number): [first: number, second: number] {
  if (first + second <= room) return [first, second];
  const half = Math.floor(room / 2);
  const shorter = Math.min(first, second);
  const [less, more] = shorter <= half ? [shorter, room - shorter] : [half, room - half];
  return first > second ? [more, less] : [less, more];
}
