/** The file that a command writes a figure to. */
import { onWhite } from '../figures/index.ts';
import { checkOutFile, writeOut } from './out-file.ts';

/** Before anything is computed. @throws UsageError for a file that is no SVG file, lies in no folder, or cannot be written */
export const checkFigureFile = (out: string): void => checkOutFile(out, 'svg');

/** @throws RunError with what the system says */
export const writeFigure = (out: string, svg: string): void => writeOut(out, onWhite(svg));
