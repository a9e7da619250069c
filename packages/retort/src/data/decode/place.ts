/** Where the bytes of an image lie: a file, or a part of one, as of a tar. */
import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { notAFile } from '../../system/regular-file.ts';
import { systemCause } from '../../system/system-errors.ts';

/** Bytes within a file. */
export interface FilePart {
  readonly file: string;
  /** What messages call it. */
  readonly name: string;
  /** In bytes. */
  readonly offset: number;
  readonly size: number;
  /** CRC-32 of what it is known to hold. */
  readonly crc: number;
}

export type Place = string | FilePart;

/** @example placeText({ file: 'a.tar', name: '1.jpg', offset: 512, … }) // 'a.tar: 1.jpg at byte 512' */
export const placeText = (place: Place): string =>
  typeof place === 'string'
    ? place
    : `${place.file}: ${place.name} at byte ${place.offset.toLocaleString('en-US')}`;

function readPart({ file, offset, size, crc }: FilePart): Buffer {
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(size);
    const count = fs.readSync(handle, bytes, 0, size, offset);
    if (count < size || crc32(bytes) !== crc)
      throw new Error('it holds something else than when it was indexed: the file was changed or damaged');
    return bytes;
  } finally {
    fs.closeSync(handle);
  }
}

/** At once: a thread that decodes has nothing else to do, and asking for a file in the background takes longer than most files. @throws Error with a sentence that names the place, where it cannot be read or is not what it was */
export function readBytes(place: Place): Buffer {
  const file = typeof place === 'string' ? place : place.file;
  const wrong = notAFile(file);
  if (wrong !== null) throw new Error(`${placeText(place)}: it cannot be read: ${wrong}`);
  try {
    return typeof place === 'string' ? fs.readFileSync(place) : readPart(place);
  } catch (error) {
    const cause = systemCause(error);
    const what = cause === null ? (error instanceof Error ? error.message : String(error)) : null;
    throw new Error(`${placeText(place)}: ${what ?? `it cannot be read: ${cause}`}`, { cause: error });
  }
}
