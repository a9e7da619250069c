/** What a chart of curves is given. */
import type { Band } from '../model/bands.ts';
import type { LineStyle } from './colours.ts';

export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly style: LineStyle;
  readonly x: readonly number[];
  /** As it was measured; stands behind the smoothed curve. */
  readonly y: readonly (number | null)[];
  /** Instead of one curve, the mean of several with what they spread. */
  readonly band?: Band;
}

export interface ChartOptions {
  readonly isDark: boolean;
  readonly isLog: boolean;
  readonly isShare: boolean;
  /** What x counts. */
  readonly unit: 'step' | 'epoch';
  /** In [0, 1). */
  readonly smoothing: number;
  /** Charts with the same name move together. */
  readonly together: string;
}
