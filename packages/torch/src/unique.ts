/** The distinct elements of a tensor, or its distinct slices, as torch.unique finds them. */
import { op } from './operator.ts';
import { scope } from './scope.ts';
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

type Both = { returnInverse: true; returnCounts: true };
type Inverse = { returnInverse: true; returnCounts?: false };
type Counts = { returnInverse?: false; returnCounts: true };
type Neither = { returnInverse?: false; returnCounts?: false };

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
 * array: the values, the inverse (int64), the counts (int64), of the last two those that were asked for. Each nan is distinct. They have
 * no gradient.
 *
 * @throws TorchError if there is no such dimension, or another one of x is empty
 * @example const [classes, counts] = unique(labels, { returnCounts: true });
 */
export function unique(x: Tensor, options?: UniqueOptions & Neither): Tensor;
export function unique(x: Tensor, options: UniqueOptions & Inverse): [values: Tensor, inverse: Tensor];
export function unique(x: Tensor, options: UniqueOptions & Counts): [values: Tensor, counts: Tensor];
export function unique(x: Tensor, options: UniqueOptions & Both): Found;
export function unique(x: Tensor, options: UniqueOptions): Tensor | Tensor[];
export function unique(x: Tensor, options: UniqueOptions = {}): Tensor | Tensor[] {
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
export function unique_consecutive(x: Tensor, options?: UniqueConsecutiveOptions & Neither): Tensor;
export function unique_consecutive(
  x: Tensor,
  options: UniqueConsecutiveOptions & Inverse,
): [values: Tensor, inverse: Tensor];
export function unique_consecutive(
  x: Tensor,
  options: UniqueConsecutiveOptions & Counts,
): [values: Tensor, counts: Tensor];
export function unique_consecutive(x: Tensor, options: UniqueConsecutiveOptions & Both): Found;
export function unique_consecutive(x: Tensor, options: UniqueConsecutiveOptions): Tensor | Tensor[];
export function unique_consecutive(x: Tensor, options: UniqueConsecutiveOptions = {}): Tensor | Tensor[] {
  const { returnInverse = false, returnCounts = false, dim = null } = options;
  return asked(options, () => ops.consecutive(x, returnInverse, returnCounts, dim));
}
