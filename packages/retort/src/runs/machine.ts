/** What a run ran on, since numbers and speeds depend on it. */
import { createRequire } from 'node:module';
import os from 'node:os';
import { capabilities, getNumThreads, hasNativeBf16, version } from '@retort/torch';

export function versions(): Record<string, string> {
  const own: { version: string } = createRequire(import.meta.url)('retort/package.json');
  return { retort: own.version, libtorch: version, node: process.version };
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
