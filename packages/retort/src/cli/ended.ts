/** A process that ends while a run is at work, as by `process.exit()` in code of a user's own: said, since nothing else would say it. */
import fs from 'node:fs';
import path from 'node:path';
import { complain } from './output.ts';
import { resumeHere } from './ranks/be-rank.ts';

/** Says it of the run in a folder, until it is disposed of. An end that was no failure is one then. */
export function tellOfEnd(out: string, signal: AbortSignal): Disposable {
  const listener = (code: number): void => {
    // Who pressed Ctrl-C twice knows why.
    const why = signal.aborted ? '' : ', as process.exit() in a data set or a task of your own would do it';
    const next = fs.existsSync(path.join(out, 'run.json'))
      ? `go on with: ${resumeHere(out)}`
      : 'nothing of it was written yet';
    complain(`the process ended with exit code ${code} before the run in ${out} was over${why}; ${next}`);
    if (code === 0) process.exitCode = 1;
  };
  process.on('exit', listener);
  return {
    [Symbol.dispose]() {
      process.off('exit', listener);
    },
  };
}
