/** The distinct elements of a tensor, or its distinct slices, as torch.unique finds them. */

import { type OptionNames, refuseUnknown } from './dispatch/options.ts';
import { scope } from './dispatch/scope.ts';
import { op } from './op.ts';
import type { Tensor } from './tensor.ts';

type Found = [values: Tensor, inverse: Tensor, counts: Tensor];

const ops = {
  elements: op<Found>('aten::_unique2'),
  slices: op<Found>('aten::unique_dim'),
  consecutive: op<Found>('aten::unique_consecutive'),
};

export interface UniqueConsecutiveOptions {
  /** Also gives, for each element of x (for each slice along `dim`), its place among the distinct ones. */
  returnInverse?: boolean;
  /** Also gives how often each of the distinct ones occurs. */
  returnCounts?: boolean;
  /** Compares the slices along this dimension; the elements of the flattened tensor where it is left out or null. */
  dim?: number | null;
}

export interface UniqueOptions extends UniqueConsecutiveOptions {
  /** Whether the distinct ones are in ascending order; true where it is left out. libtorch sorts some kinds in any case. */
  sorted?: boolean;
}

const consecutiveNames: OptionNames<UniqueConsecutiveOptions> = {
  returnInverse: true,
  returnCounts: true,
  dim: true,
};
const names: OptionNames<UniqueOptions> = { sorted: true, ...consecutiveNames };

/** What was asked for: the values alone, or an array of them and the others, in this order. */
function asked({ returnInverse, returnCounts }: UniqueConsecutiveOptions, find: () => Found) {
  return scope(() => {
    const [values, inverse, counts] = find();
    if (!returnInverse && !returnCounts) return values;
    return [values, ...(returnInverse ? [inverse] : []), ...(returnCounts ? [counts] : [])];
  });
}

/**
 * The distinct elements of x as a vector, or its distinct slices along `dim`, ascending; with `returnInverse` and `returnCounts` an
 * array of the values and what was asked for, first the inverse, then the counts (both int64). Each nan is distinct. They have no
 * derivative, as in PyTorch: `backward()` through them throws.
 *
 * @throws TorchError if there is no such dimension, or another one of x is empty
 * @example const [classes, counts] = unique(labels, { returnCounts: true });
 */
export function unique(
  x: Tensor,
  options?: UniqueOptions & { returnInverse?: false; returnCounts?: false },
): Tensor;
export function unique(
  x: Tensor,
  options: UniqueOptions & { returnInverse: true; returnCounts?: false },
): [values: Tensor, inverse: Tensor];
export function unique(
  x: Tensor,
  options: UniqueOptions & { returnInverse?: false; returnCounts: true },
): [values: Tensor, counts: Tensor];
export function unique(
  x: Tensor,
  options: UniqueOptions & { returnInverse: true; returnCounts: true },
): [values: Tensor, inverse: Tensor, counts: Tensor];
export function unique(x: Tensor, options: UniqueOptions): Tensor | Tensor[];
export function unique(x: Tensor, options: UniqueOptions = {}): Tensor | Tensor[] {
  refuseUnknown('unique', options, names);
  const { sorted = true, returnInverse = false, returnCounts = false, dim = null } = options;
  return asked(options, () =>
    dim === null
      ? ops.elements(x, sorted, returnInverse, returnCounts)
      : ops.slices(x, dim, sorted, returnInverse, returnCounts),
  );
}

/**
 * `unique` of neighbours only: of each run of equal elements (equal slices along `dim`) the first, in their order.
 *
 * @throws TorchError if there is no such dimension, or another one of x is empty
 * @example const [values, lengths] = unique_consecutive(labels, { returnCounts: true });
 */
export function unique_consecutive(
  x: Tensor,
  options?: UniqueConsecutiveOptions & { returnInverse?: false; returnCounts?: false },
): Tensor;
export function unique_consecutive(
  x: Tensor,
  options: UniqueConsecutiveOptions & { returnInverse: true; returnCounts?: false },
): [values: Tensor, inverse: Tensor];
export function unique_consecutive(
  x: Tensor,
  options: UniqueConsecutiveOptions & { returnInverse?: false; returnCounts: true },
): [values: Tensor, counts: Tensor];
export function unique_consecutive(
  x: Tensor,
  options: UniqueConsecutiveOptions & { returnInverse: true; returnCounts: true },
): [values: Tensor, inverse: Tensor, counts: Tensor];
export function unique_consecutive(x: Tensor, options: UniqueConsecutiveOptions): Tensor | Tensor[];
export function unique_consecutive(x: Tensor, options: UniqueConsecutiveOptions = {}): Tensor | Tensor[] {
  refuseUnknown('unique_consecutive', options, consecutiveNames);
  const { returnInverse = false, returnCounts = false, dim = null } = options;
  return asked(options, () => ops.consecutive(x, returnInverse, returnCounts, dim));
}
