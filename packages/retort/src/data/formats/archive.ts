/** Files out of a tar archive, in gzip or not, of which it is known how large they are. */
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import * as tar from 'tar';
import { systemCause } from '../../system/system-errors.ts';
import { DataError } from '../dataset.ts';

/** Bytes of what an archive may hold beside the files that are wanted, and of one whose size is not known. */
const slack = 32 << 20;
const maxText = 1 << 20;

function isGzip(file: string): boolean {
  const descriptor = fs.openSync(file, 'r');
  try {
    const magic = Buffer.alloc(2);
    return fs.readSync(descriptor, magic, 0, 2, 0) === 2 && magic.readUInt16BE(0) === 0x1f8b;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What an archive must hold: names with sizes in bytes, null for a short text. */
export type Wanted = Readonly<Record<string, number | null>>;

/** Throws unless an entry is what is wanted by its name; answers whether it is. */
function isWanted(entry: tar.ReadEntry, wanted: Wanted, archive: string, what: string): boolean {
  const name = entry.path.replace(/^\.\//, '');
  if (!Object.hasOwn(wanted, name)) return false;
  const expected = wanted[name] ?? null;
  if (entry.type !== 'File' && entry.type !== 'OldFile')
    throw new DataError(`${archive}: ${name} in it is not a file: it is not the official archive of ${what}`);
  if (expected === null ? entry.size > maxText : entry.size !== expected)
    throw new DataError(
      `${archive}: ${name} in it has ${entry.size} bytes, not ${expected ?? `at most ${maxText}`}: it is not the official archive of ${what}`,
    );
  return true;
}

/**
 * Unpacks the wanted files of an archive into a folder, a piece at a time. No more is unpacked than these files and some beside them need.
 *
 * @param what  whose official archive it should be
 * @param others  bytes of files in it that are not wanted
 * @throws DataError that names the archive where it is incomplete, damaged or another one, and the folder where that cannot be written
 */
export async function unpackFiles(
  archive: string,
  wanted: Wanted,
  folder: string,
  {
    what,
    others = 0,
    onFile,
  }: {
    readonly what: string;
    readonly others?: number | undefined;
    readonly onFile?: (done: number) => void;
  },
): Promise<void> {
  const left = new Set(Object.keys(wanted));
  let failure: unknown = null;
  const attempt = (body: () => void): void => {
    try {
      body();
    } catch (error) {
      failure ??= error;
    }
  };
  /** What the system says of a file that is written, with where. */
  const writing = <Result>(body: () => Result): Result => {
    try {
      return body();
    } catch (error) {
      const cause = systemCause(error);
      if (!cause) throw error;
      throw new DataError(`${archive} cannot be unpacked into ${path.dirname(folder)}: ${cause}`, {
        cause: error,
      });
    }
  };
  using open = new DisposableStack();
  const opened = (name: string): number =>
    writing(() => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      return fs.openSync(file, 'w');
    });
  const closed = (name: string, descriptor: number): void => {
    writing(() => fs.fsyncSync(descriptor));
    left.delete(name);
    onFile?.(Object.keys(wanted).length - left.size);
  };
  const parser = new tar.Parser({
    strict: true,
    onReadEntry(entry) {
      attempt(() => {
        if (!isWanted(entry, wanted, archive, what)) return entry.resume();
        const name = entry.path.replace(/^\.\//, '');
        const descriptor = open.adopt(opened(name), (one) => fs.closeSync(one));
        let written = 0;
        entry.on('data', (chunk: Buffer) =>
          attempt(() => {
            writing(() => fs.writeFileSync(descriptor, chunk));
            written += chunk.length;
          }),
        );
        entry.on('end', () =>
          attempt(() => {
            if (written === entry.size) closed(name, descriptor);
          }),
        );
      });
    },
  });
  parser.on('error', (error: unknown) => {
    failure ??= error;
  });
  let hasEnded = false;
  parser.on('eof', () => {
    hasEnded = true;
  });
  const most =
    slack + others + Object.values(wanted).reduce<number>((sum, size) => sum + (size ?? maxText), 0);
  let total = 0;
  const take = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > most)
        throw new DataError(
          `${archive} unpacks to more than ${Math.round(most / 1e6)} MB: it is not the official archive of ${what}`,
        );
      // What comes after the end is only counted: the parser would keep it.
      if (!hasEnded) parser.write(chunk);
      if (failure) throw failure;
    }
    parser.end();
    if (failure) throw failure;
  };
  try {
    const source = fs.createReadStream(archive);
    await (isGzip(archive) ? pipeline(source, zlib.createGunzip(), take) : pipeline(source, take));
  } catch (error) {
    if (error instanceof DataError) throw error;
    const cause = systemCause(error);
    if (cause) throw new DataError(`${archive} cannot be read: ${cause}`, { cause: error });
    throw new DataError(
      `${archive} is incomplete or damaged (${error instanceof Error ? error.message : error}): fetch it again`,
      { cause: error },
    );
  }
  if (left.size)
    throw new DataError(
      `${archive} does not hold ${[...left].join(', ')}: it is not the official archive of ${what}`,
    );
}
