/** Detectors as graphs. */
export { checkDetector, detectionsIn } from './check.ts';
export type { Detection } from './compared.ts';
export { foundNames, foundPorts, graphOfDetector } from './graph.ts';
