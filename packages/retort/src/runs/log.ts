/** A log of JSON, a record a line, that can be cut back to a checkpoint and read while it is written. */
import fs from 'node:fs';
import { AppendFile } from './append-file.ts';
import { RunError } from './errors.ts';

/** @example using log = Log.openAt('runs/kd/metrics.jsonl', 0); log.append({ epoch: 1, losses: { kd: 2.5 } }); */
export class Log {
  readonly #file: AppendFile;

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /**
   * Opens a log to append at a byte where a line begins, and takes away the lines behind it; 0 begins the log.
   *
   * @throws RunError if the log is shorter, was changed, or cannot be written
   */
  static openAt(file: string, offset: number): Log {
    if (offset > 0 && !endsLine(file, offset))
      throw new RunError(
        `${file} has no line that ends at byte ${offset}: it was changed since the checkpoint`,
      );
    return new Log(AppendFile.openAt(file, offset));
  }

  /** Bytes of the log, for a checkpoint. */
  get offset(): number {
    return this.#file.offset;
  }

  /** Adds a line, and waits until it is on the disk. @throws RunError if the disk is full, and then the log is as before */
  append(record: Readonly<Record<string, unknown>>): void {
    this.#file.append(Buffer.from(`${JSON.stringify(record)}\n`));
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Whether there is a line's end before a byte; a file that is shorter is told of elsewhere. */
function endsLine(file: string, offset: number): boolean {
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) < offset) return true;
  const fd = fs.openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    fs.readSync(fd, last, 0, 1, offset - 1);
    return last.toString() === '\n';
  } finally {
    fs.closeSync(fd);
  }
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
