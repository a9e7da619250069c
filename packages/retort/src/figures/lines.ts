/** Numbers over others as a figure: a line each, with the spread around its points. */
import type { PlotOptions, ScaleOptions } from '@observablehq/plot';
import { colourOf, dashOf } from './colours.ts';
import { beside, besideWidth, nameHeight } from './legend.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { shortened, spanOf, svgOf, tickFormatOf } from './svg.ts';

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
  /** By which it has its colour, so that lines of several figures may have the same; its place among the lines where it is left out. */
  readonly place?: number;
}

export interface LinesFigure {
  readonly lines: readonly Line[];
  /** What x and y are. */
  readonly x: string;
  readonly y: string;
  /** Whether y is on a logarithmic axis, on which there is no place for what is not above zero: it is left out. */
  readonly isLog?: boolean;
}

const [width, leastHeight] = [520, 320];
const [top, bottom] = [24, 40];
/** Of so many whole numbers each has a tick. */
const mostWhole = 12;
/** Above so many a dot at each point would be one band. */
const mostDots = 20;

/** Places on an axis of whole numbers, where those that are chosen by themselves would lie between them. */
function wholeTicks(points: readonly LinePoint[]): number[] | undefined {
  const places = new Set(points.map(({ x }) => x));
  if (places.size > mostWhole || ![...places].every(Number.isInteger)) return undefined;
  const [from, to] = [Math.min(...places), Math.max(...places)];
  return to - from < mostWhole ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : undefined;
}

/** The axis of y: one that is flat has room to either side. */
function scaleOf(points: readonly LinePoint[], isLog: boolean): ScaleOptions {
  if (isLog) return { type: 'log', tickFormat: '~g' };
  const ends = points.flatMap(({ mean, deviation }) => [mean - deviation, mean + deviation]);
  const [least, highest] = [Math.min(...ends), Math.max(...ends)];
  return {
    nice: true,
    ...(least === highest ? { domain: spanOf(ends) } : {}),
    ...tickFormatOf(ends),
  };
}

/** Names of lines, with their numbers: first what ends highest. */
const byHeight = (lines: readonly Line[]) =>
  lines
    .map(({ name, points, place }, line) => ({
      name,
      place: place ?? line,
      end: points.at(-1)?.mean ?? Number.NEGATIVE_INFINITY,
    }))
    .sort((a, b) => b.end - a.end);

/**
 * Draws lines, each with a band of a standard deviation to either side and its name beside them.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each point says its line and numbers
 * @throws FigureError where what draws is not installed
 * @example fs.writeFileSync('gamma.svg', onWhite(await linesFigure({ lines: [{ name: '', points }], x: 'gamma', y: 'top-1 %' })))
 */
export async function linesFigure({ lines, x, y, isLog = false }: LinesFigure, given?: Pen): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const points = lines.flatMap(({ name, points }, line) =>
    points.filter(({ mean }) => !isLog || mean > 0).map((point) => ({ name, line, ...point })),
  );
  const names = lines.map(({ name }) => shortened(name));
  const right = besideWidth(names);
  const isDotted = lines.every(({ points }) => points.length <= mostDots);
  const z = 'line';
  const height = Math.max(leastHeight, top + nameHeight * lines.length + bottom);
  const ticks = wholeTicks(points);
  const dashed = Map.groupBy(points, ({ line }) => dashOf(lines[line]?.place ?? line));
  const plot: PlotOptions = {
    ...{ width: width + right, height },
    ...{ marginLeft: 52, marginBottom: bottom, marginTop: top, marginRight: right },
    x: {
      label: x,
      labelArrow: 'none',
      labelAnchor: 'center',
      nice: false,
      ...(ticks ? { ticks, tickFormat: 'd' } : {}),
    },
    y: { label: y, labelArrow: 'none', grid: true, ...scaleOf(points, isLog) },
    color: { domain: lines.map((_, i) => i), range: lines.map(({ place }, i) => colourOf(place ?? i)) },
    marks: [
      Plot.areaY(
        points.filter(({ mean, deviation }) => !isLog || mean > deviation),
        {
          ...{ x: 'x', z, fill: z, fillOpacity: 0.15 },
          y1: ({ mean, deviation }: LinePoint) => mean - deviation,
          y2: ({ mean, deviation }: LinePoint) => mean + deviation,
        },
      ),
      ...[...dashed].map(([dash, points]) =>
        Plot.lineY(points, {
          ...{ x: 'x', y: 'mean', z, stroke: z },
          ...(dash === 'none' ? {} : { strokeDasharray: dash }),
        }),
      ),
      Plot.dot(points, {
        ...{ x: 'x', y: 'mean', fill: z, r: isDotted ? 3 : 1 },
        title: ({ name, x, mean, deviation }: LinePoint & { name: string }) =>
          `${name && `${name}, `}${x}: ${mean.toFixed(4)} ± ${deviation.toFixed(4)}`,
      }),
      ...beside(
        pen,
        byHeight(lines).map(({ name, place }) => ({
          ...{ name: shortened(name), colour: colourOf(place), dash: dashOf(place) },
        })),
      ),
    ],
  };
  return svgOf(pen, `${y} over ${x}`, width + right, [plot]);
}
