import { TorchError } from '../dispatch/errors.ts';

/** @internal @throws TorchError unless 0 ≤ p ≤ 1 */
export function checkProbability(what: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new TorchError(`${what}: p is a probability from 0 to 1, got ${p}`);
}
