/** Text files that others wrote: regular ones, of a size that text has, in UTF-8. */
import { isUtf8 } from 'node:buffer';
import fs from 'node:fs';
import { notAFile } from './regular-file.ts';
import { systemCause } from './system-errors.ts';

/** The first line, counted from 1, that is not UTF-8. */
function wrongLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(from, to))) break;
    from = to + 1;
  }
  return line;
}

/**
 * Reads a text file whole.
 *
 * @param most  the bytes that it may have
 * @returns the text, or what is wrong, with the line where there is one
 * @example const { text } = readText('kd.yaml', 1 << 20);
 */
export function readText(
  file: string,
  most: number,
): { readonly text: string } | { readonly wrong: string; readonly line?: number } {
  const other = notAFile(file);
  if (other !== null) return { wrong: other };
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      const { size } = fs.fstatSync(descriptor);
      // It may grow meanwhile.
      const bytes = Buffer.alloc(Math.min(size, most) + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = fs.readSync(descriptor, bytes, length, bytes.length - length, length);
      if (size > most) return { wrong: `it has more than ${most.toLocaleString('en')} bytes` };
      const whole = bytes.subarray(0, length);
      if (isUtf8(whole)) return { text: whole.toString('utf8') };
      return { wrong: 'this is no UTF-8: save the file in that encoding', line: wrongLine(whole) };
    } finally {
      fs.closeSync(descriptor);
    }
  } catch (error) {
    const cause = systemCause(error);
    if (!cause) throw error;
    return { wrong: cause };
  }
}
