import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

test('a byte of any file of a run that is another makes no other run: some cases of npm run check -- damage', () => {
  const script = path.join(import.meta.dirname, 'stress-damage.ts');
  const cases = ['--group', 'run', '--only', 'in its middle flipped', '--processes', '1'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...cases], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^run: run\/metrics\.jsonl: a byte in its middle flipped: refused: /m);
  assert.match(stdout, /^run: run\/checkpoints\/.*\/tensors.safetensors: .* flipped: identical: /m);
  assert.match(stdout, /^all +\d\d .* 0$/m);
});
