/** A matrix as a figure: a cell a value, dark to light. */
import { drawing } from './drawing.ts';
import { style, svgFile, widthOf } from './svg.ts';

export interface HeatMap {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** In [0, 1]; null where there is none, which is left empty. What lies outside has the colour of the nearer end. */
  readonly values: readonly (readonly (number | null)[])[];
  /** What rows and columns are of. */
  readonly ofRows: string;
  readonly ofColumns: string;
  /** What values are. */
  readonly what: string;
}

/** Pixels of a cell, between which it is chosen by how many there are. */
const [smallest, largest] = [9, 26];
const aboutOneSide = 420;
const [legendWidth, legendHeight, rightOfLegend] = [188, 58, 12];

const labelRoom = (labels: readonly string[]): number => 28 + widthOf(labels);

/** @returns every how many-th label there is room for */
const everyOf = (cell: number): number => Math.max(1, Math.ceil(12 / cell));

/**
 * Draws a matrix, its first row at the bottom, as papers draw the likeness of layers.
 *
 * @returns an SVG file's text, whose `<title>` of each cell says its row, column and value
 * @throws FigureError where what draws is not installed
 * @example fs.writeFileSync('cka.svg', await heatMap({ rows, columns, values, ofRows: 'student', ofColumns: 'teacher', what: 'CKA' }))
 */
export async function heatMap({ rows, columns, values, ofRows, ofColumns, what }: HeatMap): Promise<string> {
  const { Plot, document } = await drawing();
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
  const colour = { scheme: 'viridis', domain: [0, 1], clamp: true } as const;
  const named = (labels: readonly string[]) => (at: number) => labels[at] ?? '';
  const shown = (labels: readonly string[]) => labels.map((_, i) => i).filter((i) => i % everyOf(cell) === 0);
  const matrix = Plot.plot({
    ...{ document, width, height, style, color: colour },
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
  });
  const steps = Array.from({ length: 50 }, (_, i) => i / 50);
  const legend = Plot.plot({
    ...{ document, width: left + legendWidth + rightOfLegend, height: legendHeight, style, color: colour },
    ...{ marginLeft: left, marginRight: rightOfLegend, marginTop: 4, marginBottom: 40 },
    x: { domain: [0, 1], ticks: 5, label: what, labelArrow: 'none' },
    y: { axis: null },
    marks: [
      Plot.rect(steps, { x1: (at) => at, x2: (at) => at + 0.02, y1: 0, y2: 1, fill: (at) => at + 0.01 }),
    ],
  });
  return svgFile(document, [matrix, legend], width);
}
