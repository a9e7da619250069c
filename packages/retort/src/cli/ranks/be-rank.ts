/** What a command does first, as it may be one of several ranks. */
import { type Placement, placement } from '../../ranks/placement.ts';
import { speakAs } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { resumedBy } from './resumed-by.ts';
import { watchLauncher } from './watch-launcher.ts';

/** Whether `--ranks` started this process. */
let isByFlag = false;

/** Which rank this process is; null for one alone. @throws UsageError where its environment contradicts itself */
export function thisPlace(): Placement | null {
  try {
    return placement(process.env);
  } catch (error) {
    if (error instanceof Error && error.name === 'PlacementError')
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Prints as the rank that it is, and stays only as long as the launcher does that started it. */
export function beRank(): void {
  speakAs(thisPlace()?.rank ?? 0);
  isByFlag = watchLauncher();
}

/** The command that resumes a run as it is trained here. */
export const resumeHere = (out: string): string => resumedBy(out, thisPlace(), isByFlag);
