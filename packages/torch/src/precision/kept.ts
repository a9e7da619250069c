/** What was measured of precisions, kept in a file for each machine. */
import os from 'node:os';
import path from 'node:path';
import { capabilities, getNumThreads, version } from '../context.ts';
import { cacheFolder } from '../setup/cache.ts';
import { readKept, writeKept } from '../setup/kept.ts';
import { type KernelTimes, kernels, type Measured, measureHere } from './times.ts';

/** All that the times depend on. */
export type Machine = Readonly<Record<string, unknown>>;

/** This one. Virtual processors may share a name, so their instructions count too. */
export function thisMachine(): Machine {
  const { avx512_bf16, amx_bf16, vectorized } = capabilities();
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    instructions: vectorized,
    avx512_bf16: avx512_bf16 === true,
    amx_bf16: amx_bf16 === true,
    ...(process.env.ONEDNN_MAX_CPU_ISA ? { oneDNN: process.env.ONEDNN_MAX_CPU_ISA } : {}),
    libtorch: version,
    threads: getNumThreads(),
  };
}

/** Where the times of a machine lie. */
export function fileOf(machine: Machine): string {
  const name = Object.values(machine).join(' ');
  return path.join(cacheFolder(), 'precision', `${name.replaceAll(/[^\w.]+/g, '-')}.json`);
}

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
