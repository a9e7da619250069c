/** What lies in a tar, and at which byte: headers are read, contents are passed over. */
import fs, { type FileHandle } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { notAFile } from '../../../system/regular-file.ts';
import { systemCause } from '../../../system/system-errors.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';

/** A file in a tar. */
export interface Member {
  readonly name: string;
  /** Of its content, in bytes from the beginning of the tar. */
  readonly offset: number;
  readonly size: number;
}

const block = 512;

/** What a header of another kind says of the file after it. */
interface Ahead {
  readonly path?: string;
  readonly size?: number;
}

const shownByte = (at: number): string => `byte ${at.toLocaleString('en-US')}`;

const shownName = (name: string | undefined): string => oneLine(name ?? '');

/** A text that ends with its first zero. */
const zeroEnded = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0.*$/s, '');

/** Null for bytes in which a number is none. */
function headerOf(bytes: Buffer): Header | null {
  try {
    return new Header(bytes);
  } catch {
    return null;
  }
}

/** Bytes that are read at once, and the most that are asked for. */
export const chunk = 1 << 20;

/** A file that is read forward, a chunk at a time. */
export class Forward {
  readonly #handle: FileHandle;
  readonly #bytes = Buffer.alloc(chunk);
  #from = 0;
  #to = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** So many bytes, fewer at the end of the file; they stay until the next call. */
  async read(at: number, size: number): Promise<Buffer> {
    if (at < this.#from || at + size > this.#to) {
      const { bytesRead } = await this.#handle.read(this.#bytes, 0, chunk, at);
      this.#from = at;
      this.#to = at + bytesRead;
    }
    return this.#bytes.subarray(at - this.#from, Math.min(at + size, this.#to) - this.#from);
  }
}

class Tar {
  readonly #file: string;
  readonly #forward: Forward;
  readonly #length: number;

  constructor(file: string, forward: Forward, length: number) {
    this.#file = file;
    this.#forward = forward;
    this.#length = length;
  }

  wrong(what: string): DataError {
    return new DataError(`${this.#file}: ${what}`);
  }

  /** @throws DataError where it ends before */
  async #read(at: number, size: number): Promise<Buffer> {
    const bytes = await this.#forward.read(at, size);
    if (bytes.length === size) return bytes;
    throw this.wrong(
      `it was cut off: it ends at ${shownByte(this.#length)}, and what begins at ${shownByte(at)} does not end there`,
    );
  }

  /** The header at a byte; null for the mark of the end. @throws DataError for what is none */
  async #header(at: number): Promise<Header | null> {
    if (at >= this.#length && at > 0)
      throw this.wrong(`it was cut off: it ends at ${shownByte(at)} without the mark of its end`);
    const bytes = await this.#read(at, block);
    if (at === 0 && bytes[0] === 0x1f && bytes[1] === 0x8b)
      throw this.wrong('it is in gzip, of which no part can be read alone: unpack it (gunzip)');
    const header = headerOf(bytes);
    if (header?.nullBlock) return null;
    if (!header?.cksumValid || header.size === undefined)
      throw this.wrong(
        at === 0
          ? 'it is no tar: it does not begin with a header of one'
          : `it is damaged: at ${shownByte(at)} there is no header of a file`,
      );
    return header;
  }

  /** @throws DataError for bytes after the end */
  async #refuseMore(end: number): Promise<void> {
    // Writers fill up to blocks of 10 KiB.
    if ((await this.#forward.read(end, 20 * block)).some((byte) => byte !== 0))
      throw this.wrong(
        `there is more after its end, at ${shownByte(end)}, as where tars were put together by cat: name them apart`,
      );
  }

  async *members(): AsyncGenerator<Member> {
    let ahead: Ahead = {};
    for (let at = 0; ; ) {
      const header = await this.#header(at);
      if (!header) return await this.#refuseMore(at + block);
      const offset = at + block;
      const isFile = ['File', 'OldFile', 'ContiguousFile'].includes(header.type);
      const size = (isFile ? ahead.size : undefined) ?? header.size ?? 0;
      if (offset + size > this.#length)
        throw this.wrong(
          `it was cut off: it ends at ${shownByte(this.#length)}, and ${shownName(ahead.path ?? header.path)} at ${shownByte(offset)} has ${size.toLocaleString('en-US')} bytes`,
        );
      if (header.type === 'SparseFile')
        throw this.wrong(
          `${shownName(ahead.path ?? header.path)} at ${shownByte(at)} is sparse, and cannot be read in place: write the tar without --sparse`,
        );
      const isAhead = ['NextFileHasLongPath', 'ExtendedHeader', 'OldExtendedHeader'].includes(header.type);
      if (isAhead && size > chunk)
        throw this.wrong(
          `it is damaged: the name at ${shownByte(offset)} has ${size.toLocaleString('en-US')} bytes`,
        );
      if (header.type === 'NextFileHasLongPath')
        ahead = { ...ahead, path: zeroEnded(await this.#read(offset, size)) };
      else if (isAhead) {
        const { path, size: said } = Pax.parse((await this.#read(offset, size)).toString('utf8'));
        ahead = {
          ...ahead,
          ...(path === undefined ? {} : { path: String(path) }),
          ...(said === undefined ? {} : { size: Number(said) }),
        };
      } else if (!['NextFileHasLongLinkpath', 'GlobalExtendedHeader'].includes(header.type)) {
        if (isFile) yield { name: ahead.path ?? header.path ?? '', offset, size };
        ahead = {};
      }
      at = offset + Math.ceil(size / block) * block;
    }
  }
}

/**
 * The files in a tar, in their order, and the tar opened, to read of them: names as ustar, GNU and pax have them, long ones too. Folders and
 * links are passed over.
 *
 * @param look  called with each, and with the tar, to read what it holds
 * @throws DataError with the byte, for what is no tar, is damaged, was cut off or is in gzip
 * @example await eachMember('00000.tar', async ({ name, offset, size }) => …)
 */
export async function eachMember(
  file: string,
  look: (member: Member, forward: Forward) => Promise<void>,
): Promise<void> {
  const wrong = notAFile(file);
  if (wrong !== null) throw new DataError(`${file} cannot be read: ${wrong}`);
  let handle: FileHandle;
  try {
    handle = await fs.open(file);
  } catch (error) {
    throw new DataError(`${file} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
  }
  try {
    const { size } = await handle.stat();
    const forward = new Forward(handle);
    for await (const member of new Tar(file, forward, size).members()) await look(member, forward);
  } finally {
    await handle.close();
  }
}
