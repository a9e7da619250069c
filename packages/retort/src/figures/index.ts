/** Figures, as SVG files. */
export { FigureError } from './errors.ts';
export { type HeatMap, heatMap } from './heat-map.ts';
export { type Line, type LinePoint, type LinesFigure, linesFigure } from './lines.ts';
