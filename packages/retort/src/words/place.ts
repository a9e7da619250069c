/** Files and folders as they are shown: the shortest that finds them from where the reader is. */
import os from 'node:os';
import path from 'node:path';

/** Within a folder, or null. */
function within(folder: string, place: string): string | null {
  const rest = path.relative(folder, place);
  return rest === '..' || rest.startsWith('../') ? null : rest;
}

/**
 * A path from the current folder where it is in it, from `~` where it is in the home folder, else as it is.
 *
 * @example shownPlace('/home/me/work/runs/kd') // 'runs/kd' in /home/me/work, '~/work/runs/kd' elsewhere
 */
export function shownPlace(place: string): string {
  if (!path.isAbsolute(place)) return place;
  const here = within(process.cwd(), place);
  if (here !== null) return here || '.';
  const home = within(os.homedir(), place);
  return home === null || os.homedir() === '/' ? place : path.join('~', home);
}

/** The same of a name with places in it, as `resnet20:/weights/resnet20.pth`. */
export const withShownPlaces = (name: string): string => name.split(':').map(shownPlace).join(':');
