/** What networks cost against how good they are, as a figure, in which those are named that none beats in both. */
import type { PlotOptions } from '@observablehq/plot';
import { colourOf } from './colours.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { shortened, spanOf, svgOf, widthOf } from './svg.ts';

export interface CostPoint {
  readonly name: string;
  /** Above zero. */
  readonly cost: number;
  readonly score: number;
  /** Whether no other is better in one of both and as good in the other: it is on the Pareto front. */
  readonly isOnFront: boolean;
}

export interface CostFigure {
  readonly points: readonly CostPoint[];
  /** What cost and score are. */
  readonly cost: string;
  readonly score: string;
}

const [width, height, inset] = [640, 360, 24];
const margins = { marginLeft: 60, marginTop: 32, marginBottom: 40, marginRight: 20 };

/** Beyond this many times the least cost, the axis is logarithmic. */
const wide = 20;

/** @example numberText(1234567) // '1,234,567' */
const numberText = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 4 });

const words = ({ name, cost, score }: CostPoint): string =>
  `${name}: ${numberText(cost)}, ${numberText(score)}`;

/** Pixels that a name takes, about. */
interface Room {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** How far a number is from one end of an axis to the other. */
const along = (value: number, [from, to]: readonly [number, number]): number => (value - from) / (to - from);

const lineHeight = 12;

const overlap = (one: Room, other: Room): boolean =>
  Math.abs(one.y - other.y) < lineHeight && one.from < other.to && other.from < one.to;

/** Those whose names have room, beside those of points before them. */
function withRoom(points: readonly CostPoint[], roomOf: (point: CostPoint) => Room): CostPoint[] {
  const taken: Room[] = [];
  return points.filter((point) => {
    const room = roomOf(point);
    if (taken.some((other) => overlap(room, other))) return false;
    taken.push(room);
    return true;
  });
}

/**
 * Draws a point for each network, and the Pareto front as steps through those that are on it, with their names: the dearest first, and of the others
 * those that have room beside them.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each point says its name and numbers
 * @throws FigureError where what draws is not installed
 * @example await costFigure({ points: [{ name: 'kd', cost: 19810, score: 81.2, isOnFront: true }], cost: 'parameters', score: 'top-1 %' })
 */
export async function costFigure({ points, cost, score }: CostFigure, given?: Pen): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const front = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.cost - b.cost);
  const costs = points.map(({ cost }) => cost);
  const [least, highest] = [Math.min(...costs), Math.max(...costs)];
  const isLog = highest > wide * least;
  const scores = points.map(({ score }) => score);
  const onAxis = (cost: number): number => (isLog ? Math.log(cost) : cost);
  const [across, up] = [spanOf(costs.map(onAxis)), spanOf(scores)];
  const isRight = ({ cost }: CostPoint): boolean => along(onAxis(cost), across) > 0.5;
  const { marginLeft, marginRight, marginTop, marginBottom } = margins;
  const roomOf = (point: CostPoint): Room => {
    const x = along(onAxis(point.cost), across) * (width - marginLeft - marginRight - 2 * inset);
    const y = -along(point.score, up) * (height - marginTop - marginBottom - 2 * inset);
    const length = widthOf([shortened(point.name)]);
    return { from: isRight(point) ? x - length : x, to: isRight(point) ? x : x + length, y };
  };
  const named = withRoom(front.toReversed(), roomOf);
  const place = { x: 'cost', y: 'score' } as const;
  const names = (toLeft: boolean) =>
    Plot.text(
      named.filter((point) => isRight(point) === toLeft),
      {
        ...{ ...place, text: ({ name }: CostPoint) => shortened(name), dy: -10 },
        ...(toLeft ? { textAnchor: 'end', dx: 4 } : { textAnchor: 'start', dx: -4 }),
      },
    );
  const plot: PlotOptions = {
    ...{ width, height, inset, ...margins },
    x: {
      label: cost,
      labelArrow: 'none',
      grid: true,
      tickFormat: '~s',
      ...(isLog ? { type: 'log' } : { ticks: 6, domain: spanOf(costs) }),
    },
    y: { label: score, labelArrow: 'none', grid: true, domain: up },
    marks: [
      Plot.line(front, { ...place, curve: 'step-after', stroke: colourOf(1), strokeDasharray: '4 3' }),
      Plot.dot(points, {
        ...{ ...place, r: 4, title: words },
        fill: ({ isOnFront }: CostPoint) => colourOf(isOnFront ? 1 : 0),
      }),
      ...[names(false), names(true)],
    ],
  };
  return svgOf(pen, `${score} over ${cost}`, width, [plot]);
}
