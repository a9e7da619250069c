/** What a run ran on, since numbers and speeds depend on it. */
import os from 'node:os';
import { capabilities, getNumThreads, hasNativeBf16, version as libtorch } from '@retort/torch';
import { version } from '../../version.ts';

export function versions(): Record<string, string> {
  return { retort: version, libtorch, node: process.version };
}

export function machine(): Record<string, unknown> {
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    instructions: capabilities().vectorized,
    nativeBf16: hasNativeBf16(),
    cores: os.availableParallelism(),
    threads: getNumThreads(),
    memory: os.totalmem(),
    platform: `${process.platform}-${process.arch}`,
  };
}
