/** What the commands print: results on standard output, all else on standard error. Names come from files and may hold anything. */

import { systemCause } from '../system/system-errors.ts';
import { cut, printable } from '../words/shown.ts';

/** Longer messages are not read. */
const longest = 20_000;

/** Of several ranks, which this process is. */
let rank = 0;

/** From here on this process prints as a rank: others than 0 say nothing but why they failed. */
export function speakAs(which: number): void {
  rank = which;
}

/** Whether another rank prints. */
export const isSilent = (): boolean => rank > 0;

/** A result, on standard output. In JSON what is escaped stays the same value. */
export function say(text: string): void {
  if (!isSilent()) console.log(printable(text));
}

/** What is told beside it, on standard error. */
export function tell(text: string): void {
  if (!isSilent()) console.error(printable(cut(text, longest)));
}

/** Why a command failed, on standard error. */
export function complain(sentence: string): void {
  const who = isSilent() && !sentence.startsWith(`rank ${rank}`) ? `rank ${rank}: ` : '';
  console.error(printable(cut(`retort: ${who}${sentence}`, longest)));
}

let isWatched = false;

/** Output that cannot be written is an error, but where nobody reads on, as behind `| head`. */
export function watchOutput(): void {
  if (isWatched) return;
  isWatched = true;
  const isQuiet = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';
  process.stdout.on('error', (error) => {
    if (isQuiet(error)) return;
    process.exitCode = 1;
    complain(`the output could not be written: ${systemCause(error) ?? error.message}`);
  });
  // There is nowhere left to say it.
  process.stderr.on('error', (error) => {
    if (!isQuiet(error)) process.exitCode = 1;
  });
}
