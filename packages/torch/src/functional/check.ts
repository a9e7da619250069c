/** Checks that functions and the layers of them share. */
import { TorchError } from '../dispatch/errors.ts';
import type { Tensor } from '../tensor.ts';

/** @internal @throws TorchError if softplus would divide by 0 */
export function checkBeta(what: string, beta: number): void {
  if (beta === 0) throw new TorchError(`${what}: beta must not be 0: the result is divided by it`);
}

/** @internal @throws TorchError unless minVal ≤ maxVal */
export function checkLimits(what: string, minVal: number, maxVal: number): void {
  if (!(minVal <= maxVal))
    throw new TorchError(`${what}: minVal (${minVal}) must not be above maxVal (${maxVal})`);
}

/**
 * @internal Whether an operator of our own can be computed of these.
 *
 * @throws TorchError where one is on another device than the CPU or meta, for which there is no kernel
 */
export function checkComputable(what: string, ...tensors: readonly Tensor[]): void {
  const away = tensors.find(({ device }) => device !== 'cpu' && device !== 'meta');
  if (away)
    throw new TorchError(
      `${what} is computed on a CPU alone, got ${away.summary()} on ${away.device}: move it there with to('cpu')`,
    );
}
