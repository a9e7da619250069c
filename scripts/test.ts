/** `npm test`: types, lint and format, then the tests. Arguments are files to test, or options of `node --test`. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

process.chdir(path.join(import.meta.dirname, '..'));

function run(what: string, command: string, args: readonly string[]): void {
  console.error(what);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const given = process.argv.slice(2);
if (given.length === 0) {
  run('Checking types', 'tsc', ['-p', '.']);
  run('Checking lint and format', 'biome', ['check', '--error-on-warnings', '.']);
}
const places = ['packages/*/{src,fuzz}/**', 'scripts', 'docs/generate', 'examples'];
const files = fs.globSync(places.map((place) => `${place}/*.test.ts`)).sort();
run('Testing', process.execPath, [
  '--test',
  '--test-timeout=300000',
  `--test-concurrency=${os.availableParallelism()}`,
  ...(given.length ? given : files),
]);
