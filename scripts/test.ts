/**
 * `npm test`: types, lint and format, then the tests, and how long each file took. Arguments are files to test, or options of
 * `node --test`.
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { testFiles } from './test-files.ts';

process.chdir(path.join(import.meta.dirname, '..'));

function run(what: string, command: string, args: readonly string[]): void {
  console.error(what);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// As many files at once as there are cores, each with as many threads: those that wait for others must not take the cores meanwhile, which
// makes everything several times slower. Numbers are the same.
process.env.OMP_WAIT_POLICY ??= 'passive';
// Numbers are compared to the last bits, and which kernels are fastest is another thing on each machine.
process.env.RETORT_KERNELS ??= 'default';

const given = process.argv.slice(2);
if (given.length === 0) {
  run('Checking types', 'tsc', ['-p', '.']);
  run('Checking types of the page', 'tsc', ['-p', 'packages/board/src/page']);
  run('Checking lint and format', 'biome', ['check', '--error-on-warnings', '.']);
}
const reporters = ['spec', path.resolve('scripts/file-seconds.ts')];
run('Testing', process.execPath, [
  '--test',
  '--test-timeout=300000',
  `--test-concurrency=${os.availableParallelism()}`,
  ...reporters.flatMap((name) => [`--test-reporter=${name}`, '--test-reporter-destination=stdout']),
  ...(given.length ? given : testFiles()),
]);
