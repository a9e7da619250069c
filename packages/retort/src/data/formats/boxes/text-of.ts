/** Text of a file that says boxes, or which images there are. */
import fs from 'node:fs';
import { systemCause } from '../../../system/system-errors.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';

/** What the file's first bytes say it is written in; else UTF-8. XML may name another. */
function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const begin = bytes.toString('latin1', 0, 200);
  const said = /<\?xml\s[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(begin)?.[1] ?? 'utf-8';
  // What could be read so far is not in UTF-16, which some programs say of all they write.
  return /^utf-?16/i.test(said) ? 'utf-8' : said;
}

/**
 * In UTF-8, or in UTF-16 with its mark, as Windows writes it; XML in what it says of itself. Without the mark.
 *
 * @throws DataError with the file and why it cannot be read, also where bytes are no text: two names of classes would become one
 */
export function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw new DataError(`${file} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
  }
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DataError(`${file} is no text in ${oneLine(encoding.toUpperCase())}: save it in UTF-8`, {
      cause: error,
    });
  }
}
