/** A log of JSON, a record a line, read also while it is written. */
import fs from 'node:fs';

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
  if (!fs.statSync(file).isFile())
    return { records: [], notes: [`${file} is not a file and was passed over`] };
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
