/** Files of a folder, and of nothing outside of it: a symbolic link that leads out of it leads nowhere. */
import fs from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { leadsNowhere } from '../errors.ts';

/** Whether a path is a folder, or in it. */
function isWithin(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way === '' || !(way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way));
}

/** Whether something that exists lies in a folder, links followed. */
export function liesWithin(folder: string, file: string): boolean {
  try {
    return isWithin(fs.realpathSync(folder), fs.realpathSync(file));
  } catch (error) {
    if (leadsNowhere(error)) return false;
    throw error;
  }
}

/** Whether a folder is where its path says, without a link on the way from another to it. */
export function isOwnFolder(root: string, name: string): boolean {
  try {
    return fs.realpathSync(path.join(root, name)) === path.join(fs.realpathSync(root), name);
  } catch (error) {
    if (leadsNowhere(error)) return false;
    throw error;
  }
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/**
 * A regular file in a folder, opened to be read; null where there is none, and for a link that leads out of the folder.
 *
 * @param name  relative to the folder; `..` in it leads nowhere
 */
export async function openWithin(folder: string, name: string): Promise<FileHandle | null> {
  if (name.includes('\0')) return null;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path.join(folder, name))]);
    if (!isWithin(root, file)) return null;
    // Not waiting for whoever writes into a pipe.
    const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch (error) {
    if (leadsNowhere(error)) return null;
    throw error;
  }
}

/** A file's text, cut where it is longer; null where there is no such file. */
export async function textWithin(folder: string, name: string, mostBytes: number): Promise<string | null> {
  const handle = await openWithin(folder, name);
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, mostBytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
