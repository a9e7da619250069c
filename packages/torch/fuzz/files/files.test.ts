import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { type Fuzzed, fuzz } from '../fuzz.ts';
import { canary, canaryCommand, listedCount } from './cases.ts';

const child = path.join(import.meta.dirname, 'child.ts');
const mutants = 2000;

/** Reads some of the hostile files of a seed, in a folder of their own. */
async function read(from: number, calls: number, fault = -1): Promise<Fuzzed> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hostile-'));
  after(() => fs.rmSync(folder, { recursive: true }));
  // The code in the files would leave a trace: it does when it is run.
  execFileSync('sh', ['-c', canaryCommand], { cwd: folder });
  fs.rmSync(path.join(folder, canary));
  return await fuzz({ seed: 0, from, calls, child, folder, limit: 30_000, fault });
}

test('hostile files: each is refused with a clear error or loads soundly, within two seconds of a processor and 200 MB, and none runs code', async () => {
  const [thought, drawn] = await Promise.all([read(0, listedCount), read(listedCount, mutants)]);
  assert.deepEqual([...thought.failures, ...drawn.failures], []);
  assert.equal(thought.answered + drawn.answered, listedCount + mutants);
});

test('a file that kills its reader is reported as what it is', async () => {
  const { failures } = await read(0, 3, 1);
  assert.deepEqual(
    failures.map(({ call, how }) => [call, how.split(')')[0]]),
    [[1, 'crashed (SIGSEGV']],
  );
});
