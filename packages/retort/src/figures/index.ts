/** Figures, as SVG files. */
export { FigureError } from './errors.ts';
export { type HeatMap, heatMap } from './heat-map.ts';
