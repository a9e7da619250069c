/** Figures, as SVG: `retort/figures` in a page. */

export { FigureError } from './errors.ts';
export { type HeatMap, heatMap } from './heat-map.ts';
export { type Line, type LinePoint, type LinesFigure, linesFigure } from './lines.ts';
export type { Pen, PenDocument, PenElement } from './pen.ts';
export { onWhite } from './svg.ts';
