/** Numbers by name as a figure, a bar each. */
import type { PlotOptions } from '@observablehq/plot';
import { colourOf } from './colours.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { fourDigits, shortened, spanFromZero, svgOf, tickFormatOf, widthOf } from './svg.ts';

export interface ValueBars {
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** What the numbers are. */
  readonly what: string;
  /** How a number is written. */
  readonly text?: (value: number) => string;
}

const [width, rowHeight, top, bottom] = [440, 22, 12, 40];

/**
 * Draws a bar for each number, in their order, with the number beside it.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG
 * @throws FigureError where what draws is not installed
 * @example await valueBars({ bars: [{ name: 'kd', value: 2 }, { name: 'ce', value: 0.1 }], what: 'gradient norm' })
 */
export async function valueBars({ bars, what, text = fourDigits }: ValueBars, given?: Pen): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const rows = bars.map((bar, at) => ({ ...bar, at }));
  const names = rows.map(({ name }) => shortened(name));
  const left = 16 + widthOf(names);
  const words = ({ value }: { value: number }): string => text(value);
  const values = bars.map(({ value }) => value);
  const plot: PlotOptions = {
    ...{ width: left + width, height: top + rowHeight * rows.length + bottom },
    ...{ marginLeft: left, marginRight: 64, marginTop: top, marginBottom: bottom },
    x: {
      ...{ label: what, labelArrow: 'none', grid: true, ticks: 5 },
      ...{ domain: spanFromZero(values), ...tickFormatOf(values) },
    },
    y: {
      ...{ domain: rows.map(({ at }) => at), tickFormat: (at: number) => names[at] ?? '' },
      ...{ label: null, tickSize: 0, padding: 0.25 },
    },
    marks: [
      Plot.barX(rows, { x: 'value', y: 'at', fill: colourOf(0) }),
      Plot.text(rows, {
        // Beside the axis where a bar leads to the left of it.
        ...{ x: ({ value }: { value: number }) => Math.max(0, value), y: 'at' },
        ...{ text: words, textAnchor: 'start', dx: 6 },
      }),
      Plot.ruleX([0]),
    ],
  };
  return svgOf(pen, what, left + width, [plot]);
}
