/** `retort plot`. */
import { linesFigure } from '../figures/index.ts';
import { compareRuns } from '../runs/read/compare.ts';
import { checkFigureFile, writeFigure } from './figure-file.ts';
import { UsageError } from './load.ts';
import { say, tell } from './output.ts';
import { readNamed } from './run-folders.ts';
import { axisOf, linesAgainst, linesOverEpochs, tagOf } from './run-lines.ts';

export interface PlotFlags {
  readonly out: string;
  /** The path of a setting: scores of finished runs over its values. Where it is left out, numbers over epochs. */
  readonly against?: string;
  /** As `retort compare` calls it; the headline on the test split where it is left out. */
  readonly score?: string;
  readonly json?: boolean;
}

export async function plotCommand(given: readonly string[], flags: PlotFlags): Promise<void> {
  checkFigureFile(flags.out);
  const runs = readNamed(given);
  for (const note of runs.flatMap(({ notes }) => notes)) tell(note);
  const comparison = compareRuns(runs);
  const tag = tagOf(runs, flags.score);
  const lines =
    flags.against === undefined
      ? linesOverEpochs(comparison.groups, tag)
      : linesAgainst(flags.against, comparison, tag);
  const x = flags.against ?? 'epoch';
  const y = axisOf(tag);
  if (lines.every(({ points }) => points.length === 0))
    throw new UsageError(`there is nothing to draw: no finished run has '${tag}'`);
  writeFigure(flags.out, await linesFigure({ lines, x, y }));
  if (flags.json) return say(JSON.stringify({ out: flags.out, x, y: tag, lines }));
  say(`${flags.out}: ${tag} over ${x}, ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`);
}
