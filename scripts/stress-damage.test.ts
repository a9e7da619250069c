import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

test('a damaged run goes on to the same bits or is refused with a sentence, in a few of the cases of npm run check -- damage', () => {
  const script = path.join(import.meta.dirname, 'stress-damage.ts');
  const cases = ['--group', 'run', '--only', 'run/metrics.jsonl: a '];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...cases], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^run: run\/metrics\.jsonl: a byte in its middle flipped: refused: /m);
  assert.match(stdout, /^run: run\/metrics\.jsonl: a link to where it was moved: identical: /m);
  assert.match(stdout, /^all +11 +1 +10 +0$/m);
});
