/** A file that only grows, from a known byte on: what is appended is there whole, or not at all. */
import fs from 'node:fs';
import path from 'node:path';
import { flush } from '../../system/flush.ts';
import { notAFile } from '../../system/regular-file.ts';
import { removeFile } from '../../system/remove-file.ts';
import { RunError } from '../read/errors.ts';

/** @throws RunError where it is no file that has so many bytes */
export function refuseShorter(file: string, offset: number): void {
  const before = `at its last checkpoint it had ${offset} bytes`;
  if (!fs.lstatSync(file, { throwIfNoEntry: false })) throw new RunError(`${file} is missing: ${before}`);
  const wrong = notAFile(file);
  if (wrong !== null) throw new RunError(`${file} cannot be read: ${wrong}; ${before}`);
  const { size } = fs.statSync(file);
  if (size < offset)
    throw new RunError(
      `${file} is shorter than at its last checkpoint (${size} bytes, not ${offset}): it has been changed`,
    );
}

/** @example using log = AppendFile.openAt('metrics.jsonl', 0); log.append(Buffer.from('{"epoch":1}\n')); log.flush(); */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  #offset: number;

  private constructor(file: string, fd: number, offset: number) {
    this.path = file;
    this.#fd = fd;
    this.#offset = offset;
  }

  /**
   * Opens a file to append at a byte, and takes away what is behind it. 0 begins the file: one that is there is another's name for what it
   * is, and is not written to.
   *
   * @throws RunError if the file is shorter, or cannot be written
   */
  static openAt(file: string, offset: number): AppendFile {
    if (offset > 0) refuseShorter(file, offset);
    try {
      if (offset === 0) removeFile(file);
      const fd = fs.openSync(file, offset === 0 ? 'ax' : 'a');
      if (offset === 0) flush(path.dirname(file));
      else if (fs.fstatSync(fd).size > offset) fs.ftruncateSync(fd, offset);
      return new AppendFile(file, fd, offset);
    } catch (error) {
      throw RunError.of(error, `${file} could not be opened`);
    }
  }

  /** Bytes that were appended, which a checkpoint keeps after `flush()`. */
  get offset(): number {
    return this.#offset;
  }

  /** @throws RunError if the disk is full, and then the file is as before */
  append(bytes: Uint8Array): void {
    this.#orTakeBack(() => {
      fs.writeFileSync(this.#fd, bytes);
      this.#offset += bytes.length;
    });
  }

  /** Waits until all of it is on the disk. @throws RunError if it cannot be */
  flush(): void {
    this.#orTakeBack(() => fs.fdatasyncSync(this.#fd));
  }

  #orTakeBack(write: () => void): void {
    try {
      write();
    } catch (error) {
      try {
        // A disk that fills up takes a part.
        fs.ftruncateSync(this.#fd, this.#offset);
      } catch {
        // Readers pass over a last piece that is not whole; the first error is the one to tell.
      }
      throw RunError.of(error, `${this.path} could not be written`);
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
