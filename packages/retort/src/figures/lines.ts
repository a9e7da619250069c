/** Numbers over others as a figure: a line each, with the spread around its points. */
import { drawing } from './drawing.ts';
import { style, svgFile, widthOf } from './svg.ts';

/** A place on a line: a mean, and how far it spreads. */
export interface LinePoint {
  readonly x: number;
  readonly mean: number;
  /** Zero where it is of one value. */
  readonly deviation: number;
}

export interface Line {
  /** What stands beside it; empty for none. */
  readonly name: string;
  readonly points: readonly LinePoint[];
}

export interface LinesFigure {
  readonly lines: readonly Line[];
  /** What x and y are. */
  readonly x: string;
  readonly y: string;
}

const [width, height] = [520, 320];
/** Above so many a dot at each point would be one band. */
const mostDots = 20;

/** Colours that can be told apart by the colour-blind (Okabe & Ito 2008), the yellow left out: it is too light on white. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

const colour = (line: number): string => colours[line % colours.length] ?? '';

/** Names of lines, with their numbers: first what ends highest. */
const byHeight = (lines: readonly Line[]) =>
  lines
    .map(({ name, points }, line) => ({ name, line, end: points.at(-1)?.mean ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) => b.end - a.end);

/** Up to so many apart, each whole number is a tick of its own: what draws would put halves between them. */
const mostApart = 9;

/** How an axis of whole numbers that are close is marked; nothing where what draws chooses well. */
function whole(values: readonly number[]): { ticks?: number[]; tickFormat?: string } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (!values.every(Number.isInteger) || most - least > mostApart) return {};
  return { ticks: Array.from({ length: most - least + 1 }, (_, i) => least + i), tickFormat: 'd' };
}

/**
 * Draws lines, each with a band of a standard deviation to either side and its name beside them.
 *
 * @returns an SVG file's text, whose `<title>` of each point says its line and numbers
 * @throws FigureError where what draws is not installed
 * @example fs.writeFileSync('gamma.svg', await linesFigure({ lines: [{ name: '', points }], x: 'gamma', y: 'top-1 %' }))
 */
export async function linesFigure({ lines, x, y }: LinesFigure): Promise<string> {
  const { Plot, document } = await drawing();
  const points = lines.flatMap(({ name, points }, line) => points.map((point) => ({ name, line, ...point })));
  const names = lines.map(({ name }) => name);
  const right = 12 + widthOf(names);
  const isDotted = lines.every(({ points }) => points.length <= mostDots);
  const z = 'line';
  const plot = Plot.plot({
    ...{ document, width: width + right, height, style },
    ...{ marginLeft: 52, marginBottom: 40, marginTop: 24, marginRight: right },
    x: { label: x, labelArrow: 'none', nice: false, ...whole(points.map(({ x }) => x)) },
    y: { label: y, labelArrow: 'none', grid: true, nice: true },
    color: { domain: lines.map((_, i) => i), range: lines.map((_, i) => colour(i)) },
    marks: [
      Plot.areaY(points, {
        ...{ x: 'x', z, fill: z, fillOpacity: 0.15 },
        y1: ({ mean, deviation }: LinePoint) => mean - deviation,
        y2: ({ mean, deviation }: LinePoint) => mean + deviation,
      }),
      Plot.lineY(points, { x: 'x', y: 'mean', z, stroke: z }),
      Plot.dot(points, {
        ...{ x: 'x', y: 'mean', fill: z, r: isDotted ? 3 : 1 },
        title: ({ name, x, mean, deviation }: LinePoint & { name: string }) =>
          `${name && `${name}, `}${x}: ${mean.toFixed(4)} ± ${deviation.toFixed(4)}`,
      }),
      ...byHeight(lines).map(({ name, line }, i) =>
        Plot.text([name], {
          ...{
            text: (name: string) => name,
            fill: colour(line),
            frameAnchor: 'top-right',
            textAnchor: 'start',
          },
          ...{ dx: 10, dy: 14 * i },
        }),
      ),
    ],
  });
  return svgFile(document, [plot], width + right);
}
