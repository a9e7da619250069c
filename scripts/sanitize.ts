/**
 * `node scripts/bootstrap.js scripts/sanitize.ts [test files]`: the tests of packages/torch with the addon under AddressSanitizer, which
 * ends a test at the first access beyond or after an allocation, ours or one that libtorch makes through malloc. It needs g++ and takes
 * about ten times as long as the tests by themselves. Leaks are not looked for: V8 and libtorch keep much until the process ends.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

process.chdir(path.join(import.meta.dirname, '..'));

/** The path of a library of the compiler's. */
const library = (name: string): string =>
  fs.realpathSync(execFileSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim());

function run(args: readonly string[], environment: NodeJS.ProcessEnv): void {
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) process.exit(status ?? 1);
}

const build = { RETORT_CXXFLAGS: '-fsanitize=address -fno-omit-frame-pointer -g -O1' };
run(['packages/torch/bin/setup.js'], build);

const given = process.argv.slice(2);
// Set-up compiles and downloads, and loads no addon.
const files = fs
  .globSync('packages/torch/src/**/*.test.ts')
  .filter((file) => !file.includes('setup'))
  .sort();
run(['--test', '--test-concurrency=1', ...(given.length > 0 ? given : files)], {
  ...build,
  LD_PRELOAD: `${library('libasan.so')} ${library('libstdc++.so')}`,
  // Node and libtorch bring some symbols twice.
  ASAN_OPTIONS: 'detect_leaks=0:detect_odr_violation=0:alloc_dealloc_mismatch=0:abort_on_error=1',
});
