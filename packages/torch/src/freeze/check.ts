/** Whether what a frozen model answers is what the model answers. */

import { empty_like } from '../create.ts';
import { scope } from '../dispatch/scope.ts';
import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';

/** How far results may differ, as a share of the largest: what rounding in another order makes of deep models. */
const tolerances: Partial<Record<DType, number>> = {
  float64: 1e-9,
  float32: 1e-4,
  bfloat16: 0.05,
  float16: 0.02,
};

/**
 * How far what a network answers may differ where it is the same but for the order in which it rounds (other kernels, another processor), as
 * a share of the largest value; 0 for whole numbers.
 *
 * @example roundingTolerance('float32') // 1e-4
 */
export const roundingTolerance = (dtype: DType): number => tolerances[dtype] ?? 0;

/** Elements of x in another order, in memory of the same form: other values of which the model is certain to have a use. */
export function otherValues(x: Tensor): Tensor {
  return scope(() => empty_like(x).copy_(x.flip(x.shape.map((_, dim) => dim))));
}

/**
 * How frozen results differ from plain ones, or null. What is not finite in both is passed over, as for inputs that are none of the
 * model's.
 */
export function difference(frozen: readonly Tensor[], plain: readonly Tensor[]): string | null {
  for (const [i, expected] of plain.entries()) {
    const actual = frozen[i];
    if (!actual) return 'the frozen model answers less than the plain one';
    if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`)
      return `the frozen model answers ${actual.summary()}, the plain one ${expected.summary()}`;
    if (expected.numel() === 0) continue;
    const [largest, most] = scope(() => {
      const wide = expected.to('float64');
      return [wide.abs().max().item(), wide.sub(actual.to('float64')).abs().max().item()];
    });
    const tolerance = roundingTolerance(expected.dtype);
    if (!(most <= tolerance * largest) && Number.isFinite(largest))
      return `the frozen model differs from the plain one by ${most.toPrecision(2)}, where the largest value is ${largest.toPrecision(2)}`;
  }
  return null;
}
