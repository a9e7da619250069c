/** How many samples have which value, as a figure. */
import type { PlotOptions } from '@observablehq/plot';
import type { Counted } from '../diagnose/types.ts';
import { colourOf } from './colours.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { fourDigits, spanFromZero, svgOf } from './svg.ts';

export interface Histogram {
  readonly bins: readonly Counted[];
  /** Where a line is drawn across; none where it is left out. */
  readonly mean?: number;
  /** What the values are. */
  readonly what: string;
}

const [width, height] = [520, 260];

/**
 * Draws a bar for each bin, and a dashed line at the mean.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each bar says its numbers
 * @throws FigureError where what draws is not installed
 * @example await histogram({ bins: [{ from: 1, to: 2, samples: 10 }], what: 'temperature' })
 */
export async function histogram({ bins, mean, what }: Histogram, given?: Pen): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  // Values that are all the same have bins of no width.
  const isFlat = bins.every(({ from, to }) => from === to);
  const around = isFlat ? 0.5 : 0;
  const plot: PlotOptions = {
    ...{ width, height, marginLeft: 60, marginTop: 24, marginBottom: 40 },
    x: { label: mean === undefined ? what : `${what}, ${fourDigits(mean)} on average`, labelArrow: 'none' },
    y: {
      ...{ label: 'samples', labelArrow: 'none', grid: true, tickFormat: '~s' },
      domain: spanFromZero(bins.map(({ samples }) => samples)),
    },
    marks: [
      Plot.rect(bins, {
        ...{ x1: ({ from }: Counted) => from - around, x2: ({ to }: Counted) => to + around },
        ...{ y1: 0, y2: 'samples', insetLeft: 1, insetRight: 1, fill: colourOf(0) },
        title: ({ from, to, samples }: Counted) => `${fourDigits(from)} to ${fourDigits(to)}: ${samples}`,
      }),
      ...(mean === undefined ? [] : [Plot.ruleX([mean], { strokeDasharray: '4 3' })]),
      Plot.ruleY([0]),
    ],
  };
  return svgOf(pen, `samples by ${what}`, width, [plot]);
}
