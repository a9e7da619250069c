/** Blocks of rows, named with their checksums by the lines of a journal. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { type Column, rowBytes } from './columns.ts';
import { regular } from './files.ts';

/** Samples a block. */
export const blockSize = 1000;

/** A block that was written, and the checksums of its rows by column. */
export interface Entry {
  readonly block: number;
  readonly sha256: readonly string[];
}

/** Bytes of a line of the journal: a checksum a column. */
export const maxLine = 16 << 10;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The lines of a journal, each once; null where there is none. */
export function linesOf(journal: string, blocks: number): Iterable<string> | null {
  const written = regular(journal, (file) => {
    // What is longer has lines that say the same again, or is no journal.
    const bytes = Buffer.alloc(Math.min(fs.fstatSync(file).size, maxLine * (blocks + 1)));
    return bytes.toString('utf8', 0, fs.readSync(file, bytes, 0, bytes.length, 0));
  });
  return written === null ? null : new Set(written.split('\n').filter((line) => line !== ''));
}

/** Whether the rows from a sample to before another are those that an entry names. @param files  of the columns */
export function isWhole(
  { sha256: sums }: Entry,
  columns: readonly Column[],
  files: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  return columns.every((spec, column) => {
    const bytes = regular(files[column] ?? '', (file) => {
      const rows = Buffer.alloc((to - from) * rowBytes(spec));
      return fs.readSync(file, rows, 0, rows.length, from * rowBytes(spec)) === rows.length ? rows : null;
    });
    return bytes !== null && sha256(bytes) === sums[column];
  });
}

/** What a line of a journal says; null where it says nothing. */
export function parseEntry(line: string): Entry | null {
  try {
    const entry: unknown = JSON.parse(line);
    const { block, sha256 } = entry as Entry;
    return Number.isInteger(block) && block >= 0 && Array.isArray(sha256) ? { block, sha256 } : null;
  } catch {
    // The last line of a process that was killed.
    return null;
  }
}
