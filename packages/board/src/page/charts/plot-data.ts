/** Lines in the form that uPlot draws: raw values, the curve, and for a band its edges. */
import type uPlot from 'uplot';
import { aligned, type Curve } from '../model/aligned.ts';
import { smoothed } from '../model/smooth.ts';
import type { ChartLine, ChartOptions } from './lines.ts';

type Options = Pick<ChartOptions, 'smoothing' | 'isLog' | 'isShare'>;

/** A curve of fewer places, such as a score after each epoch, is shown as it was measured. */
const fewest = 50;

const smoothingOf = ({ x, band }: ChartLine, { smoothing }: Options): number =>
  (band?.x ?? x).length < fewest ? 0 : smoothing;

/** What each line is drawn as, in order: `low` and `high` are a band's edges. */
export type Role = 'raw' | 'curve' | 'low' | 'high';

export const rolesOf = (line: ChartLine, options: Options): Role[] =>
  line.band ? ['low', 'high', 'curve'] : smoothingOf(line, options) > 0 ? ['raw', 'curve'] : ['curve'];

function shown(y: readonly (number | null)[], { isLog, isShare }: Options): (number | null)[] {
  return y.map((value) => {
    if (value === null || (isLog && value <= 0)) return null;
    return isShare ? 100 * value : value;
  });
}

function curvesOf(line: ChartLine, options: Options): Curve[] {
  const smoothing = smoothingOf(line, options);
  const { band, x, y } = line;
  const even = (y: readonly (number | null)[], x: readonly number[]) =>
    shown(smoothed(x, y, smoothing), options);
  return rolesOf(line, options).map((role): Curve => {
    if (band)
      return {
        x: band.x,
        y: even(role === 'curve' ? band.mean : role === 'low' ? band.low : band.high, band.x),
      };
    return { x, y: role === 'raw' ? shown(y, options) : even(y, x) };
  });
}

export function plotData(lines: readonly ChartLine[], options: Options): uPlot.AlignedData {
  const { x, ys } = aligned(lines.flatMap((line) => curvesOf(line, options)));
  return [x, ...ys];
}

/** The curve of each line as it is drawn, by which values under the cursor are read. */
export const drawnCurves = (lines: readonly ChartLine[], options: Options): Curve[] =>
  lines.map((line) => curvesOf(line, options).at(-1) as Curve);
