/** Checks that functions and the layers of them share. */
import { TorchError } from '../dispatch/errors.ts';

/** @internal @throws TorchError if softplus would divide by 0 */
export function checkBeta(what: string, beta: number): void {
  if (beta === 0) throw new TorchError(`${what}: beta must not be 0: the result is divided by it`);
}

/** @internal @throws TorchError unless minVal ≤ maxVal */
export function checkLimits(what: string, minVal: number, maxVal: number): void {
  if (!(minVal <= maxVal))
    throw new TorchError(`${what}: minVal (${minVal}) must not be above maxVal (${maxVal})`);
}
