/** A log of JSON, a record a line, that can be cut back to a checkpoint and read while it is written. */
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { AppendFile, refuseShorter } from './append-file.ts';
import { RunError } from './errors.ts';

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
        `${file} was changed since the checkpoint: its first ${offset} bytes are others. Bring back what was there, or begin anew in another folder (--out)`,
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

/** What a log says, and what of it could not be read. */
export interface LogContent {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** A sentence for each line that was passed over. */
  readonly notes: readonly string[];
}

/** A value as an object with keys; null where it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * Reads a log, also one that is being written: a last line that is not whole yet is passed over with a note, as is a damaged one. A log
 * that is not there is empty.
 *
 * @example const { records, notes } = readLog('runs/kd/metrics.jsonl');
 */
export function readLog(file: string): LogContent {
  if (!fs.existsSync(file)) return { records: [], notes: [] };
  // A pipe may never end.
  if (!fs.statSync(file).isFile()) return { records: [], notes: [`${file} is no file and was passed over`] };
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const last = lines.pop() ?? '';
  const records: Readonly<Record<string, unknown>>[] = [];
  const notes: string[] = [];
  for (const [i, line] of lines.entries()) {
    const record = parseLine(line);
    if (record) records.push(record);
    else notes.push(`${file}: line ${i + 1} is no JSON object and was passed over`);
  }
  if (last) notes.push(`${file}: line ${lines.length + 1} is not whole and was passed over`);
  return { records, notes };
}
