/** How a run is resumed by as many ranks as it has. */
import type { Placement } from '../../ranks/placement.ts';

/**
 * The command that resumes a run as it was trained.
 *
 * @param placed  which rank this process is; null for one alone
 * @param isByFlag  whether `--ranks` started it
 * @example resumedBy('runs/kd', { rank: 0, worldSize: 2, … }, true) // 'npx retort resume runs/kd --ranks 2'
 */
export function resumedBy(out: string, placed: Placement | null, isByFlag: boolean): string {
  const command = `npx retort resume ${out}`;
  if (!placed) return command;
  return isByFlag
    ? `${command} --ranks ${placed.worldSize}`
    : `${command}, started as this was, on ${placed.worldSize} ranks`;
}
