/** Files that are no whole picture, and how they are. */

/** What is wrong with the content of a file; one that the system does not give is none of these. */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
}

/** Whether a file that could not be decoded lacks its end, by what each format has there. */
const lacksEnd: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  JPEG: (bytes) => bytes.readUInt16BE(bytes.length - 2) !== 0xffd9,
  PNG: (bytes) => !bytes.includes('IEND'),
  WebP: (bytes) => bytes.length < 8 || bytes.readUInt32LE(4) + 8 > bytes.length,
  GIF: (bytes) => bytes.at(-1) !== 0x3b,
};

/** Said of what does not decode: libvips keeps its words for all threads together, and may answer with those on another file. */
export function damageOf(format: string, bytes: Buffer): string {
  return lacksEnd[format]?.(bytes)
    ? `it is cut off: of this ${format} there are ${bytes.length.toLocaleString('en-US')} bytes, and its end is missing`
    : `it is damaged, and cannot be decoded as ${format}`;
}
