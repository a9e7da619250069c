/** How the losses of elements become one. */

import { TorchError } from '../dispatch/errors.ts';
import type { OptionNames } from '../dispatch/options.ts';
import type { Tensor } from '../tensor.ts';

/** `none` keeps each, `mean` and `sum` give a scalar. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface ReductionOptions {
  /** `mean` where it is left out. */
  reduction?: Reduction;
}

/** @internal The names of `ReductionOptions`. */
export const reductionNames: OptionNames<ReductionOptions> = { reduction: true };

/** @internal libtorch's numbers for them. */
export const reductions: Readonly<Record<Reduction, number>> = { none: 0, mean: 1, sum: 2 };

/** @internal @throws TorchError unless both have the same shape: broadcast, a loss of [N] and [N, 1] would compare all pairs */
export function checkSameShape(what: string, input: Tensor, target: Tensor): void {
  const [a, b] = [input.shape, target.shape];
  if (a.length === b.length && a.every((size, i) => size === b[i])) return;
  throw new TorchError(
    `${what}: input [${a.join(', ')}] and target [${b.join(', ')}] must have one shape; expand() what is meant to be repeated`,
  );
}
