/** What was measured of precisions, kept in a file for each machine. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Machine, machineFile } from '../machine.ts';
import { makeFolder } from '../setup/make-folder.ts';
import { type KernelTimes, kernels, type Measured, measureHere } from './times.ts';

/** Where the times of a machine lie. */
export const fileOf = (machine: Machine): string => machineFile('precision', machine, 'json');

function timesIn(content: unknown): KernelTimes | null {
  if (typeof content !== 'object' || content === null) return null;
  const found = new Map<string, unknown>(Object.entries(content));
  const isTime = (value: unknown): boolean =>
    typeof value === 'number' && value > 0 && Number.isFinite(value);
  const isWhole = kernels.every((kernel) => {
    const times = new Map<string, unknown>(Object.entries(found.get(kernel) ?? {}));
    return isTime(times.get('fp32')) && isTime(times.get('bf16'));
  });
  // Just looked at.
  return isWhole ? (content as KernelTimes) : null;
}

/** The times that a file has of a machine; null where it has none that can be trusted. */
function read(file: string, machine: Machine): KernelTimes | null {
  try {
    // A pipe would wait for its writer.
    if (!fs.statSync(file).isFile()) return null;
    const content = JSON.parse(fs.readFileSync(file, 'utf8'));
    return JSON.stringify(content.machine) === JSON.stringify(machine) ? timesIn(content.times) : null;
  } catch {
    return null;
  }
}

/** Whole or not at all, whoever else writes it meanwhile. Where it cannot be kept, it is measured again. */
function write(file: string, machine: Machine, times: KernelTimes): void {
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    makeFolder(path.dirname(file));
    try {
      fs.writeFileSync(aside, `${JSON.stringify({ machine, times }, null, 2)}\n`);
      fs.renameSync(aside, file);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  } catch {
    // The disk is full, or not ours to write to.
  }
}

/** What is known of a machine, or measured now. Times that were not steady are not kept. */
export function timesOf(machine: Machine, file: string, measured: () => Measured = measureHere): Measured {
  const kept = read(file, machine);
  if (kept) return { times: kept, steady: true };
  const fresh = measured();
  if (fresh.steady) write(file, machine, fresh.times);
  return fresh;
}
