/** What was measured of precisions, kept in a file for each machine. */
import { type Machine, machineFile } from '../machine.ts';
import { readKept, writeKept } from '../setup/kept.ts';
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
  const content = readKept(file);
  return JSON.stringify(content?.get('machine')) === JSON.stringify(machine)
    ? timesIn(content?.get('times'))
    : null;
}

/** What is known of a machine, or measured now. Times that were not steady are not kept. */
export function timesOf(machine: Machine, file: string, measured: () => Measured = measureHere): Measured {
  const kept = read(file, machine);
  if (kept) return { times: kept, steady: true };
  const fresh = measured();
  if (fresh.steady) writeKept(file, { machine, times: fresh.times });
  return fresh;
}
