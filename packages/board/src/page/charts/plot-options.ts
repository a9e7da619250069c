/** How uPlot draws a chart of curves. */
import type uPlot from 'uplot';
import { shortCount, valueText } from '../model/format.ts';
import { inkOf } from './colours.ts';
import type { ChartLine, ChartOptions } from './lines.ts';
import { rolesOf } from './plot-data.ts';

const font = '11px system-ui, sans-serif';
const chartHeight = 220;

function seriesOf(line: ChartLine, options: ChartOptions): uPlot.Series[] {
  const { colour, dash } = line.style;
  return rolesOf(line, options).map((role): uPlot.Series => {
    const isEdge = role === 'low' || role === 'high';
    return {
      stroke: isEdge ? 'transparent' : role === 'raw' ? `${colour}40` : colour,
      width: role === 'curve' ? 1.75 : 1,
      dash,
      ...(isEdge || role === 'raw' ? { points: { show: false } } : { points: { size: 5, fill: colour } }),
    };
  });
}

/** Between the edges of each band. */
function bandsOf(lines: readonly ChartLine[], options: ChartOptions): uPlot.Band[] {
  let at = 1;
  return lines.flatMap((line) => {
    const low = at;
    at += rolesOf(line, options).length;
    return line.band ? [{ series: [low + 1, low] as [number, number], fill: `${line.style.colour}26` }] : [];
  });
}

const distances = Array.from({ length: 13 }, (_, i) => [1, 2, 5].map((of) => of * 10 ** (i - 3))).flat();

/** How far ticks of x may be apart: there is no half of an epoch or a step, unless one looks closer than that. */
const apart: uPlot.Axis.Incrs = (_, __, from, to) =>
  to - from < 1 ? distances : distances.filter((one) => one >= 1);

/** Room around the curves as uPlot leaves it, of shares none below 0 and above 100 %. */
function ofShares({ isShare }: ChartOptions): uPlot.Scale {
  const edge = { pad: 0.1, soft: 0, mode: 3 } as const;
  return isShare ? { range: { min: { ...edge, hard: 0 }, max: { ...edge, hard: 100 } } } : {};
}

export interface Hooks {
  /** Where the cursor is in x; null where it is not in the chart. */
  readonly onCursor: (at: number | null) => void;
  readonly onZoom: (from: number, to: number) => void;
}

export function plotOptions(
  lines: readonly ChartLine[],
  options: ChartOptions,
  width: number,
  hooks: Hooks,
): uPlot.Options {
  const ink = inkOf(options.isDark);
  const axis = { font, stroke: ink.text, grid: { stroke: ink.grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: chartHeight,
    legend: { show: false },
    cursor: {
      sync: { key: options.together, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      y: false,
      points: { size: 6 },
    },
    scales: { x: { time: false }, y: options.isLog ? { distr: 3, log: 10 } : ofShares(options) },
    axes: [
      {
        ...axis,
        size: 30,
        label: options.unit,
        labelSize: 14,
        labelFont: font,
        space: 60,
        incrs: apart,
        values: (_, ticks) => ticks.map((tick) => shortCount(tick)),
      },
      {
        ...axis,
        size: 52,
        space: 32,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : valueText(tick))),
      },
    ],
    series: [{}, ...lines.flatMap((line) => seriesOf(line, options))],
    bands: bandsOf(lines, options),
    hooks: {
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          hooks.onCursor(left === undefined || left < 0 ? null : plot.posToVal(left, 'x'));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          hooks.onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}
