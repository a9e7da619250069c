/** Folders that are made aside and renamed when whole, so that nobody sees half of one. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '../../runs/write/make-folder.ts';
import { identify, isAlive } from '../../system/process.ts';
import { systemCode } from '../../system/system-errors.ts';

const mark = '.making-';

/** Where process numbers mean the same: this start of this machine, and the container. */
function place(): string {
  const said = [os.hostname()];
  try {
    said.push(
      fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
      fs.readlinkSync('/proc/self/ns/pid'),
    );
  } catch {
    // Where the system does not say, the name of the machine has to do.
  }
  return createHash('sha256').update(said.join('\n')).digest('hex').slice(0, 12);
}

/** Makes a scratch folder beside `folder`, whose name says whose it is. */
export function scratchFor(folder: string): string {
  makeFolder(path.dirname(folder));
  return fs.mkdtempSync(`${folder}${mark}${place()}-${identify(process.pid)}-`);
}

/** Removes what processes of this machine left that were killed while they made a folder beside this one. */
export function removeLeftBehind(folder: string): void {
  const beside = path.dirname(folder);
  if (!fs.existsSync(beside)) return;
  for (const name of fs.readdirSync(beside)) {
    const [, at, owner = ''] = /\.making-([0-9a-f]{12})-(.+)-[^-]+$/.exec(name) ?? [];
    // Whether a process of another machine or container lives cannot be known here.
    if (at === place() && !isAlive(owner))
      fs.rmSync(path.join(beside, name), { recursive: true, force: true });
  }
}

/**
 * Moves what was made into its place. Where another process was faster and its folder is right, that one stays.
 *
 * @param isRight  whether the folder that is there can be used
 */
export async function moveInto(
  scratch: string,
  folder: string,
  isRight: () => Promise<boolean>,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return fs.renameSync(scratch, folder);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(code));
      if (!isTaken || attempt === 3) throw error;
      if (await isRight()) return;
      // Renamed first, so that nobody sees half of it while it is removed.
      const away = scratchFor(folder);
      try {
        fs.renameSync(folder, path.join(away, 'damaged'));
      } catch (gone) {
        // Another process does the same.
        if (systemCode(gone) !== 'ENOENT') throw gone;
      } finally {
        fs.rmSync(away, { recursive: true, force: true });
      }
    }
  }
}
