/** What files of the cache hold, written down when they are made, so that what has changed since is found. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { systemCause } from '../../system/system-errors.ts';
import { readText } from '../../system/text-file.ts';
import { version } from '../../version.ts';

interface Entry {
  readonly sha256: string;
  readonly size: number;
  /** Milliseconds: of the content, and of whatever the system knows of the file, which cannot be set back. */
  readonly modified: number;
  readonly changed: number;
}

interface Contents {
  /** The Retort that last compared all of it. */
  readonly version: string;
  readonly files: Readonly<Record<string, Entry>>;
}

/** @example await sha256Of('train.bin') // '73ef…' */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

function looks(file: string): Omit<Entry, 'sha256'> | null {
  try {
    const found = fs.statSync(file);
    return found.isFile() ? { size: found.size, modified: found.mtimeMs, changed: found.ctimeMs } : null;
  } catch (error) {
    if (!systemCause(error)) throw error;
    return null;
  }
}

function write(record: string, files: Readonly<Record<string, Entry>>): void {
  const contents: Contents = { version, files };
  const aside = `${record}.${process.pid}`;
  fs.writeFileSync(aside, `${JSON.stringify(contents, null, 2)}\n`, { flush: true });
  fs.renameSync(aside, record);
}

function read(record: string): Contents | null {
  try {
    const written = readText(record, 1 << 20);
    if ('wrong' in written) return null;
    const { version, files }: Contents = JSON.parse(written.text);
    return typeof files === 'object' && files !== null ? { version, files } : null;
  } catch {
    return null;
  }
}

/** Writes down what files hold. @param names  from the record's folder */
export async function writeContents(record: string, names: readonly string[]): Promise<void> {
  const entries = names.map(async (name): Promise<[string, Entry]> => {
    const file = path.join(path.dirname(record), name);
    const { size, mtimeMs, ctimeMs } = fs.statSync(file);
    return [name, { sha256: await sha256Of(file), size, modified: mtimeMs, changed: ctimeMs }];
  });
  write(record, Object.fromEntries(await Promise.all(entries)));
}

/**
 * The first file that does not hold what was written down, or the record itself if it cannot be read; null where all do. Contents are
 * read where size or times are others, and once by each version.
 *
 * @param expected  checksums that it must be, by name; those of the record where it is left out
 */
export async function changedFile(
  record: string,
  expected?: Readonly<Record<string, string>>,
): Promise<string | null> {
  const contents = read(record);
  const names = Object.keys(expected ?? contents?.files ?? {});
  if (!contents || names.length === 0) return record;
  const seen: Record<string, Entry> = {};
  let isStale = false;
  for (const name of names) {
    const file = path.join(path.dirname(record), name);
    const entry = contents.files[name];
    const found = looks(file);
    const sha256 = expected?.[name] ?? entry?.sha256;
    if (!found || sha256 === undefined) return file;
    const isSame =
      contents.version === version &&
      entry?.sha256 === sha256 &&
      entry.size === found.size &&
      entry.modified === found.modified &&
      entry.changed === found.changed;
    if (!isSame && (await sha256Of(file)) !== sha256) return file;
    isStale ||= !isSame;
    seen[name] = { sha256, ...found };
  }
  try {
    if (isStale) write(record, seen);
  } catch (error) {
    // In a cache that may only be read the contents are compared each time.
    if (!systemCause(error)) throw error;
  }
  return null;
}
