import { TorchError } from '../dispatch/errors.ts';

/** @internal @throws TorchError unless eps is a number from 0 on: a variance less something may be negative, whose root is nan */
export function checkEps(what: string, eps: number): void {
  if (!(eps >= 0)) throw new TorchError(`${what}: eps must not be negative, got ${eps}`);
}
