/** What the queue keeps in its folder for one that comes after it: which processes it started. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { RunError } from '../runs/index.ts';
import { readText } from '../system/text-file.ts';

const schema = z.record(z.string(), z.string());

const fileIn = (out: string): string => path.join(out, 'queue.json');

/** Processes by the names of their runs, as the last queue left them; none where it left nothing that can be read. */
export function processesIn(out: string): Map<string, string> {
  const read = readText(fileIn(out), 16 << 20);
  if ('wrong' in read) return new Map();
  try {
    return new Map(Object.entries(schema.parse(JSON.parse(read.text))));
  } catch {
    // Runs are seen by their locks, too.
    return new Map();
  }
}

/** Writes them down, whole. @throws RunError with what the system says */
export function keepProcesses(out: string, processes: ReadonlyMap<string, string>): void {
  const file = fileIn(out);
  try {
    fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(Object.fromEntries(processes), null, 2)}\n`);
    fs.renameSync(`${file}.tmp`, file);
  } catch (error) {
    throw RunError.of(error, `${file} could not be written`);
  }
}
