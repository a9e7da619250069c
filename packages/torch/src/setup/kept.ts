/** What was measured, kept in files of the cache folder: it is measured again where such a file is missing, damaged or cannot be written. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Bytes of a file, far more than one has. */
const most = 1 << 20;

/**
 * What a file has by name; null where there is none that can be read. Whether what it says can be trusted is for the caller to find out.
 *
 * @example readKept(path.join(cacheFolder(), 'times.json'))?.get('seconds')
 */
export function readKept(file: string): ReadonlyMap<string, unknown> | null {
  try {
    const there = fs.statSync(file);
    // A pipe would wait for its writer.
    if (!there.isFile() || there.size > most) return null;
    const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null ? new Map(Object.entries(content)) : null;
  } catch {
    return null;
  }
}

/**
 * Writes a file whole or not at all, whoever else writes it meanwhile. A disk that is full, or not ours to write to, is no error.
 *
 * @example writeKept(path.join(cacheFolder(), 'times.json'), { seconds: 2 });
 */
export function writeKept(file: string, content: Readonly<Record<string, unknown>>): void {
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    makeFolder(path.dirname(file));
    try {
      fs.writeFileSync(aside, `${JSON.stringify(content, null, 2)}\n`);
      fs.renameSync(aside, file);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  } catch {
    // It is measured again.
  }
}
