/** Checks of what layers are made with, so that a wrong number is found where it was written. */
import { TorchError } from '../dispatch/errors.ts';

/** @internal @throws TorchError unless every value is a whole number of at least `least` */
export function wholeNumbers(layer: string, values: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < least)
      throw new TorchError(`${layer}: ${name} must be a whole number from ${least}, got ${value}`);
  }
}

/** @internal @throws TorchError unless `value` is a multiple of `divisor` */
export function divisible(layer: string, name: string, value: number, by: string, divisor: number): void {
  if (value % divisor !== 0)
    throw new TorchError(`${layer}: ${name} (${value}) must be divisible by ${by} (${divisor})`);
}
