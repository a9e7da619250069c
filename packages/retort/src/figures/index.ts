/** Figures, as SVG: `retort/figures` in a page. */
export type * from '../diagnose/types.ts';
export { paretoFront } from '../runs/read/pareto.ts';
export { type BoxesOver, boxesOver, type LabelledBox } from './boxes-over.ts';
export { classBars } from './class-bars.ts';
export { type CostFigure, type CostPoint, costFigure } from './cost-figure.ts';
export { detectionsOver, detectionsShown, type ShownDetections } from './detections-over.ts';
export { FigureError } from './errors.ts';
export { type HeatMap, heatMap } from './heat-map.ts';
export { type Histogram, histogram } from './histogram.ts';
export { type Line, type LinePoint, type LinesFigure, linesFigure } from './lines.ts';
export { type DiagnosisFigure, diagnosisFigures } from './of-diagnosis.ts';
export { onWhite } from './on-white.ts';
export type { Pen, PenDocument, PenElement } from './pen.ts';
export { type ReliabilityDiagram, reliabilityDiagram } from './reliability-diagram.ts';
export { singularValuesFigure } from './singular-values.ts';
export { type StackedTerm, type StackedTerms, stackedTerms } from './stacked-terms.ts';
export { type ValueBars, valueBars } from './value-bars.ts';
