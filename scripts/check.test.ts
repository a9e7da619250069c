import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const check = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'check.ts'), ...args], { encoding: 'utf8' });

test('npm run check lists its parts, with what each needs and how long it takes', () => {
  const { stdout, status } = check();
  assert.equal(status, 0);
  assert.match(stdout, /^machines\n {2}The tests .*\n {2}needs .*\n {2}takes .*$/m);
  assert.equal(stdout.match(/^[\w-]+$/gm)?.length, stdout.match(/^ {2}takes /gm)?.length);
});

test('a part or setting that there is not is answered with those that there are', () => {
  const part = check('machine');
  assert.deepEqual([part.status, part.stderr], [2, "There is no part 'machine'; these there are:\n\n"]);
  const setting = check('machines', 'avx3');
  assert.deepEqual([setting.status, setting.stderr], [2, "There is no setting 'avx3'.\n"]);
  assert.match(setting.stdout, /^The settings are sse41, avx2, .*, convolutions;/);
});
