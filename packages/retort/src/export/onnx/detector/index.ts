/** Detectors as graphs. */
export { foundPorts, graphOfDetector } from './graph.ts';
