/** The file that a command writes a figure to. */
import fs from 'node:fs';
import path from 'node:path';
import { onWhite } from '../figures/index.ts';
import { RunError } from '../runs/read/errors.ts';
import { UsageError } from './load.ts';

/** Before anything is computed. @throws UsageError for a file that is no SVG file, lies in no folder, or cannot be written */
export function checkFigureFile(out: string): void {
  if (!/\.svg$/i.test(out))
    throw new UsageError(
      `--out ${out}: the figure is an SVG file: name it so, e.g. ${path.basename(out, path.extname(out))}.svg`,
    );
  if (!fs.existsSync(path.dirname(out)))
    throw new UsageError(`--out ${out}: there is no folder ${path.dirname(out)}`);
  const isThere = fs.existsSync(out);
  if (isThere && !fs.statSync(out).isFile())
    throw new UsageError(`--out ${out}: it is no file, and cannot become one: name another`);
  try {
    fs.accessSync(isThere ? out : path.dirname(out), fs.constants.W_OK);
  } catch (error) {
    throw RunError.of(error, `--out ${out} cannot be written`);
  }
}

/** @throws RunError with what the system says */
export function writeFigure(out: string, svg: string): void {
  try {
    fs.writeFileSync(out, onWhite(svg));
  } catch (error) {
    throw RunError.of(error, `--out ${out} could not be written`);
  }
}
