/** A convolution that is computed and judged. */
import type { DType } from '@retort/torch';

export interface Convolution {
  readonly dtype: DType;
  readonly threads: number;
  /** Whether input, weight and the result's gradient have their channels last in memory. */
  readonly channelsLast: { readonly [tensor in 'input' | 'weight' | 'gradient']: boolean };
  /** The sizes of input and weight. */
  readonly input: readonly number[];
  readonly weight: readonly number[];
  readonly bias: boolean;
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly transposed: boolean;
  readonly outputPadding: readonly number[];
  readonly groups: number;
}
