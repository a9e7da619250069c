/** Networks timed in an onnxruntime, in a process of its own. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { oneLine } from '../../words/shown.ts';
import { ExportError } from '../onnx/index.ts';
import type { Times, Timing, Told } from './messages.ts';

export interface TimeOptions {
  readonly onRound?: ((done: number, rounds: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How long each network takes, one after another in each round; or why onnxruntime did not run it.
 *
 * @throws ExportError where onnxruntime cannot be loaded, or the process ends before it has answered; the signal's reason if it is aborted
 */
export function time(
  timing: Timing,
  { onRound, signal }: TimeOptions = {},
): Promise<readonly (Times | { readonly wrong: string })[]> {
  const code = path.join(import.meta.dirname, `process${path.extname(import.meta.filename)}`);
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = fork(code, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    signal?.addEventListener('abort', stop);
    child.on('message', (told: Told) => {
      if ('times' in told) resolve(told.times);
      else if ('wrong' in told)
        reject(new ExportError(`${timing.entry} cannot be run here: ${oneLine(told.wrong)}`));
      else onRound?.(told.round, timing.rounds);
    });
    child.on('error', reject);
    child.on('exit', (status, killed) => {
      signal?.removeEventListener('abort', stop);
      // After an answer this is nothing.
      reject(
        signal?.aborted
          ? signal.reason
          : new ExportError(
              `the process that times networks has ended before it was done (${killed ?? `exit code ${status}`})${killed === 'SIGKILL' ? ': the memory may have run out, which smaller batches need less of (--batch-size)' : ''}`,
            ),
      );
    });
    child.send(timing);
  });
}
