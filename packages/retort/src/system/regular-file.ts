/** Whether what lies at a place can be read as a file: a pipe or a device may never end. */
import fs from 'node:fs';
import { systemCause } from './system-errors.ts';

/** What keeps a place, through links, from being a file that is there; null where it is one. @example notAFile('.') // 'it is a folder, not a file' */
export function notAFile(place: string): string | null {
  try {
    const stat = fs.statSync(place);
    if (stat.isDirectory()) return 'it is a folder, not a file';
    return stat.isFile() ? null : 'it is a pipe, a device or a socket, not a file';
  } catch (error) {
    const cause = systemCause(error);
    if (!cause) throw error;
    return cause;
  }
}
