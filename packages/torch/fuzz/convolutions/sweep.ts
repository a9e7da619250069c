/** Convolutions of odd shapes in child processes, with the instructions of an older processor and memory being checked. */
import path from 'node:path';
import { type Fuzzed, fuzz } from '../fuzz.ts';

/** What oneDNN can be told to do without, least first; `DEFAULT` is all that the processor has. */
export const instructionSets = ['SSE41', 'AVX2', 'AVX512_CORE', 'DEFAULT'] as const;
export type InstructionSet = (typeof instructionSets)[number];

export interface SweepOptions {
  readonly isa: InstructionSet;
  readonly seed: number;
  readonly from?: number;
  readonly calls: number;
}

/** Computes the convolutions `from` … `from + calls` of a seed; those of `found` are the first of each. */
export function sweep({ isa, ...options }: SweepOptions): Promise<Fuzzed> {
  // Threads that wait in turns would keep others of a shared machine from working.
  // What malloc gives is never 0, so that what a kernel reads there before it is written shows.
  const env = {
    ONEDNN_MAX_CPU_ISA: isa,
    RETORT_CHECK_MEMORY: '1',
    MALLOC_PERTURB_: '1',
    OMP_WAIT_POLICY: 'PASSIVE',
  };
  return fuzz({ ...options, env, child: path.join(import.meta.dirname, 'child.ts') });
}
