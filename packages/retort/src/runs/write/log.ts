/** A log of JSON, a record a line, that can be cut back to a checkpoint. */
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { RunError } from '../read/errors.ts';
import { AppendFile, refuseShorter } from './append-file.ts';

/** @example using log = Log.openAt('runs/kd/metrics.jsonl', 0); log.append({ epoch: 1, losses: { kd: 2.5 } }); */
export class Log {
  readonly #file: AppendFile;
  readonly #hash: Hash;

  private constructor(file: AppendFile, hash: Hash) {
    this.#file = file;
    this.#hash = hash;
  }

  /**
   * Opens a log to append at a byte where a line begins, and takes away the lines behind it; 0 begins the log.
   *
   * @param sha256  of what is before that byte, where it is known
   * @throws RunError if the log is shorter, was changed, or cannot be written
   */
  static openAt(file: string, offset: number, sha256?: string): Log {
    if (offset === 0) return new Log(AppendFile.openAt(file, 0), createHash('sha256'));
    refuseShorter(file, offset);
    const { hash, endsLine } = before(file, offset);
    if (!endsLine)
      throw new RunError(
        `${file} has no line that ends at byte ${offset}: it was changed since the checkpoint`,
      );
    if (sha256 !== undefined && hash.copy().digest('hex') !== sha256)
      throw new RunError(
        `${file} was changed since the checkpoint: its first ${offset} bytes differ. Bring back what was there, or begin anew in another folder (--out)`,
      );
    return new Log(AppendFile.openAt(file, offset), hash);
  }

  /** Bytes of the log, for a checkpoint. */
  get offset(): number {
    return this.#file.offset;
  }

  /** Of all its bytes, for a checkpoint. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Adds a line, and waits until it is on the disk. @throws RunError if the disk is full, and then the log is as before */
  append(record: Readonly<Record<string, unknown>>): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#file.append(line);
    this.#hash.update(line);
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** What is before a byte: its checksum, and whether it ends in a whole line. */
function before(file: string, offset: number): { readonly hash: Hash; readonly endsLine: boolean } {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1 << 16);
  let last: number | undefined;
  try {
    const fd = fs.openSync(file, 'r');
    try {
      for (let at = 0; at < offset; ) {
        const read = fs.readSync(fd, chunk, 0, Math.min(chunk.length, offset - at), at);
        // It was cut short just now.
        if (read === 0) return { hash, endsLine: false };
        hash.update(chunk.subarray(0, read));
        last = chunk[read - 1];
        at += read;
      }
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw RunError.of(error, `${file} could not be read`);
  }
  return { hash, endsLine: last === 10 };
}
