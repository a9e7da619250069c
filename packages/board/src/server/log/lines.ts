/** A file's lines as they are written, without ever having the whole file in memory. */
import type { FileHandle } from 'node:fs/promises';

const longestChunk = 1 << 20;
const shortestChunk = 4096;
/** Nothing that a run logs is as long. */
const longestLine = 16 << 20;
const newline = 10;

/** What was found in a stretch of a file. */
export interface Stretch {
  readonly lines: readonly string[];
  /** The byte behind the last line that ended. */
  readonly end: number;
  /** Whether before them there is a line longer than anything that is read. */
  readonly isAfterTooLong: boolean;
}

/**
 * The lines that end behind a byte, a stretch at a time; one that has not ended yet waits.
 *
 * @example for await (const { lines, end } of linesFrom(handle, 0)) …
 */
export async function* linesFrom(handle: FileHandle, from: number): AsyncGenerator<Stretch, void, void> {
  const { size } = await handle.stat();
  // Most logs are short, and of those that grow little is new.
  const chunk = Math.min(longestChunk, Math.max(shortestChunk, size - from));
  const buffer = Buffer.allocUnsafe(chunk);
  let begun: Buffer[] = [];
  let waiting = 0;
  let isTooLong = false;
  for (let at = from; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, chunk, at);
    if (bytesRead === 0) return;
    const read = buffer.subarray(0, bytesRead);
    const last = read.lastIndexOf(newline);
    if (last < 0) {
      waiting += bytesRead;
      isTooLong ||= waiting > longestLine;
      begun = isTooLong ? [] : [...begun, Buffer.from(read)];
      at += bytesRead;
      continue;
    }
    const first = isTooLong ? read.indexOf(newline) + 1 : 0;
    const whole = Buffer.concat([...begun, read.subarray(first, last)]);
    const lines = first > last ? [] : whole.toString('utf8').split('\n');
    yield { lines, end: at + last + 1, isAfterTooLong: isTooLong };
    begun = [Buffer.from(read.subarray(last + 1))];
    waiting = bytesRead - last - 1;
    isTooLong = false;
    at += bytesRead;
  }
}
