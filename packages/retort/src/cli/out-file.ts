/** The file that a command writes what it made to. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../runs/read/errors.ts';
import { UsageError } from './load.ts';

/** Kinds of files, by their ends. */
const kinds = {
  svg: { is: 'the figure is an SVG file', named: /\.svg$/i },
  html: { is: 'the report is an HTML file', named: /\.html?$/i },
} as const;

/** Before anything is computed. @throws UsageError for a file of another kind, that lies in no folder, or cannot be written */
export function checkOutFile(out: string, kind: keyof typeof kinds): void {
  const { is, named } = kinds[kind];
  if (!named.test(out))
    throw new UsageError(
      `--out ${out}: ${is}: name it so, e.g. ${path.basename(out, path.extname(out)) || kind}.${kind}`,
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
export function writeOut(out: string, text: string): void {
  try {
    fs.writeFileSync(out, text);
  } catch (error) {
    throw RunError.of(error, `--out ${out} could not be written`);
  }
}
