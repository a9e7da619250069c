/** Of what a loss is added up, as a figure: its terms above one another. */
import type { PlotOptions } from '@observablehq/plot';
import { colourOf } from './colours.ts';
import { beside, besideWidth, nameHeight } from './legend.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { shortened, spanFromZero, svgOf, tickFormatOf } from './svg.ts';

export interface StackedTerm {
  readonly name: string;
  /** Its value at each x; one that has none there adds nothing. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface StackedTerms {
  readonly terms: readonly StackedTerm[];
  /** What x is. */
  readonly x: string;
}

const [width, leastHeight, top, bottom] = [520, 280, 24, 40];

/** How far terms reach above zero and below it. */
const heightsOf = (values: readonly number[]): number[] =>
  [Math.max, Math.min].map((side) =>
    values.filter(Number.isFinite).reduce((sum, value) => sum + side(0, value), 0),
  );

/**
 * Draws terms above one another, the first at the bottom, those below zero from there down; each as high around an x as it is there, since a term may
 * begin or end between two of them. Of a single x it is a bar.
 *
 * @param terms  each times its weight
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each area or bar says its name
 * @throws FigureError where what draws is not installed
 * @example await stackedTerms({ terms: [{ name: 'kd', points: [{ x: 1, y: 2 }, { x: 2, y: 1.5 }] }], x: 'epoch' })
 */
export async function stackedTerms({ terms, x }: StackedTerms, given?: Pen): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const xs = [...new Set(terms.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const values = terms.flatMap(({ name, points }, term) => {
    const at = new Map(points.map(({ x, y }) => [x, y]));
    return xs.map((x) => ({ name, term, x, y: at.get(x) ?? 0 }));
  });
  const heights = xs.flatMap((at) => heightsOf(values.flatMap(({ x, y }) => (x === at ? [y] : []))));
  const names = terms.map(({ name }) => shortened(name));
  const right = besideWidth(names);
  const z = { z: 'term', fill: 'term', title: 'name' } as const;
  const plot: PlotOptions = {
    width: width + right,
    height: Math.max(leastHeight, top + nameHeight * terms.length + bottom),
    ...{ marginLeft: 52, marginTop: top, marginBottom: bottom, marginRight: right },
    x: {
      ...{ label: x, labelArrow: 'none', labelAnchor: 'center' },
      ...(xs.length <= 12 ? { ticks: xs, tickFormat: (at: number) => String(at) } : {}),
    },
    y: {
      ...{ label: 'loss, each term times its weight', labelArrow: 'none', grid: true, nice: true },
      ...{ domain: spanFromZero(heights), ...tickFormatOf(heights) },
    },
    color: { domain: terms.map((_, i) => i), range: terms.map((_, i) => colourOf(i)) },
    marks: [
      xs.length > 1
        ? Plot.areaY(values, { x: 'x', y: 'y', ...z, fillOpacity: 0.75, curve: 'step' })
        : Plot.rectY(values, {
            ...{ x1: ({ x }: { x: number }) => x - 0.4, x2: ({ x }: { x: number }) => x + 0.4, y: 'y' },
            ...{ ...z, fillOpacity: 0.75 },
          }),
      Plot.ruleY([0]),
      ...beside(pen, names.map((name, i) => ({ name, colour: colourOf(i) })).reverse()),
    ],
  };
  return svgOf(pen, `terms of the loss over ${x}`, width + right, [plot]);
}
