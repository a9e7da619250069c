/** The machine on which this process runs, as what was measured of it is kept under. */
import os from 'node:os';
import path from 'node:path';
import { capabilities, getNumThreads, version } from './context.ts';
import { cacheFolder } from './setup/cache.ts';

/** All that speeds depend on. */
export type Machine = Readonly<Record<string, unknown>>;

/** This one. Virtual processors may share a name, so their instructions count too. */
export function thisMachine(): Machine {
  const { avx512_bf16, amx_bf16, vectorized } = capabilities();
  const { ONEDNN_MAX_CPU_ISA: oneDNN, MKL_ENABLE_INSTRUCTIONS: mkl } = process.env;
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    instructions: vectorized,
    avx512_bf16: avx512_bf16 === true,
    amx_bf16: amx_bf16 === true,
    ...(oneDNN ? { oneDNN } : {}),
    ...(mkl ? { mkl } : {}),
    libtorch: version,
    threads: getNumThreads(),
  };
}

/** Where something measured of a machine lies. @example machineFile('precision', thisMachine(), 'json') */
export function machineFile(kind: string, machine: Machine, extension: string): string {
  const name = Object.values(machine)
    .join(' ')
    .replaceAll(/[^\w.]+/g, '-');
  return path.join(cacheFolder(), kind, `${name}.${extension}`);
}
