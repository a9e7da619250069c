/** A matrix as a figure: a cell a value, dark to light. */
import type { PlotOptions, ScaleOptions } from '@observablehq/plot';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { shortened, svgOf, widthOf } from './svg.ts';

export interface HeatMap {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Null where there is none, which is left empty. */
  readonly values: readonly (readonly (number | null)[])[];
  /** What rows and columns are of. */
  readonly ofRows: string;
  readonly ofColumns: string;
  /** What values are. */
  readonly what: string;
  /** Between which they lie; 0 to 1 where it is left out, dark to light. From below zero to above it, it is blue to red by way of white. What lies outside has the colour of the nearer end. */
  readonly range?: readonly [from: number, to: number];
}

/** Pixels of a cell, between which it is chosen by how many there are. */
const [smallest, largest] = [9, 26];
const aboutOneSide = 420;
const [legendWidth, legendHeight, rightOfLegend] = [188, 58, 12];

const labelRoom = (labels: readonly string[]): number => 28 + widthOf(labels.map(shortened));

/** @returns every how many-th label there is room for */
const everyOf = (cell: number): number => Math.max(1, Math.ceil(12 / cell));

/**
 * Draws a matrix, its first row at the bottom, as papers draw the likeness of layers.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each cell says its row, column and value
 * @throws FigureError where what draws is not installed
 * @example fs.writeFileSync('cka.svg', onWhite(await heatMap({ rows, columns, values, ofRows: 'student', ofColumns: 'teacher', what: 'CKA' })))
 */
export async function heatMap(
  { rows, columns, values, ofRows, ofColumns, what, range = [0, 1] }: HeatMap,
  given?: Pen,
): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const cell = Math.max(smallest, Math.min(largest, aboutOneSide / Math.max(rows.length, columns.length)));
  const [left, bottom] = [labelRoom(rows), labelRoom(columns)];
  // What rows and columns are of stands in the middle of their side, and the legend below, which few cells have no room for.
  const top = Math.max(8, (widthOf([ofRows]) - cell * rows.length) / 2);
  const overhang = (widthOf([ofColumns]) - cell * columns.length) / 2;
  const right = Math.max(rightOfLegend, overhang, legendWidth + rightOfLegend - cell * columns.length);
  const [width, height] = [left + right + cell * columns.length, top + bottom + cell * rows.length];
  const cells = values.flatMap((row, i) =>
    row.flatMap((value, j) => (value === null ? [] : [{ row: i, column: j, value }])),
  );
  const [from, to] = range;
  const isSigned = from < 0 && to > 0;
  const colour: ScaleOptions = {
    ...{ type: 'linear', domain: [from, to], clamp: true },
    scheme: isSigned ? 'rdbu' : 'viridis',
    reverse: isSigned,
  };
  const named = (labels: readonly string[]) => (at: number) => shortened(labels[at] ?? '');
  const shown = (labels: readonly string[]) => labels.map((_, i) => i).filter((i) => i % everyOf(cell) === 0);
  const matrix: PlotOptions = {
    ...{ width, height, color: colour },
    ...{ marginLeft: left, marginBottom: bottom, marginTop: top, marginRight: right },
    x: {
      domain: columns.map((_, i) => i),
      ticks: shown(columns),
      tickFormat: named(columns),
      tickRotate: -90,
      label: ofColumns,
      padding: 0,
      labelArrow: 'none',
    },
    y: {
      domain: rows.map((_, i) => i).reverse(),
      ticks: shown(rows),
      tickFormat: named(rows),
      label: ofRows,
      padding: 0,
      labelArrow: 'none',
    },
    marks: [
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: 'value',
        title: ({ row, column, value }: { row: number; column: number; value: number }) =>
          `${rows[row]}, ${columns[column]}: ${value.toFixed(3)}`,
      }),
    ],
  };
  const step = (to - from) / 50;
  const steps = Array.from({ length: 50 }, (_, i) => from + i * step);
  const legend: PlotOptions = {
    ...{ width: left + legendWidth + rightOfLegend, height: legendHeight, color: colour },
    ...{ marginLeft: left, marginRight: rightOfLegend, marginTop: 4, marginBottom: 40 },
    x: { domain: [from, to], ticks: 5, label: what, labelArrow: 'none' },
    y: { axis: null },
    marks: [
      Plot.rect(steps, {
        ...{ x1: (at) => at, x2: (at) => at + step, y1: 0, y2: 1, fill: (at) => at + step / 2 },
      }),
    ],
  };
  return svgOf(pen, `${what}: ${ofRows} beside ${ofColumns}`, width, [matrix, legend]);
}
