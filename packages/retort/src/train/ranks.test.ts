/** Two ranks of slices come to what one process comes to with the whole batch: by every method, in one pair of processes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSafetensors, scope, setNumThreads } from '@retort/torch';
import { cachedRanked, judged, ranked, trained } from '../../reference/ranked.ts';

setNumThreads(1);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-ranks-'));
after(() => fs.rmSync(folder, { recursive: true }));
const script = path.join(import.meta.dirname, '../../reference/ranked-process.ts');

/** Apart from its order of magnitude, that of float64. */
const tolerance = 1e-9;

async function ended(rank: number): Promise<string> {
  const child = spawn(process.execPath, [script, folder, String(rank), '2'], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return code === 0 ? '' : `rank ${rank} ended with ${code}: ${said}`;
}

suite('two ranks learn what one process does, of the whole batch:', () => {
  let failures: string[] = [];
  before(async () => {
    failures = (await Promise.all([ended(0), ended(1)])).filter(Boolean);
  });

  const alone = path.join(folder, 'alone');
  for (const [name, of] of Object.entries({ ...ranked, ...cachedRanked(alone) }))
    test(name, async () => {
      const file = path.join(folder, `${name}.safetensors`);
      assert.ok(fs.existsSync(file), failures.join('\n'));
      const { tensors: together } = loadSafetensors(file);
      const alone = await trained(of);
      assert.deepEqual(Object.keys(together).sort(), Object.keys(alone).sort());
      scope(() => {
        for (const [key, own] of Object.entries(alone)) {
          const theirs = together[key] ?? assert.fail(key);
          const apart = theirs.to('float64').sub(own.to('float64')).abs().max().item();
          const size = Math.max(1, own.to('float64').abs().max().item());
          assert.ok(apart <= tolerance * size, `${key} is ${apart} apart, of ${size}`);
        }
      });
    });

  test('and judge as it does, each all samples', async () => {
    const wanted = await judged();
    for (const rank of [0, 1]) {
      const file = path.join(folder, `judged-${rank}.json`);
      assert.ok(fs.existsSync(file), failures.join('\n'));
      const scores: typeof wanted = JSON.parse(fs.readFileSync(file, 'utf8'));
      assert.deepEqual(Object.keys(scores), Object.keys(wanted));
      for (const [what, own] of Object.entries(wanted))
        for (const [name, value] of Object.entries(own))
          assert.ok(Math.abs((scores[what]?.[name] ?? Number.NaN) - value) < tolerance, `${what}: ${name}`);
    }
  });

  test('and go by the same memories and frozen statistics in each step, as a run that is resumed does', () => {
    const [first, second] = [0, 1].map((rank): number[][] => {
      const file = path.join(folder, `remembered-${rank}.json`);
      assert.ok(fs.existsSync(file), failures.join('\n'));
      return JSON.parse(fs.readFileSync(file, 'utf8'));
    });
    assert.equal(first?.length, 3 + 1);
    assert.deepEqual(second, first);
  });

  test('and are refused where they begin otherwise, or one has what is not finite, each with the same sentence', () => {
    for (const rank of [0, 1]) {
      const file = path.join(folder, `refused-${rank}.json`);
      assert.ok(fs.existsSync(file), failures.join('\n'));
      const said: Record<string, string | null> = JSON.parse(fs.readFileSync(file, 'utf8'));
      const start: Readonly<Record<string, RegExp>> = {
        'other weights': /^the student of rank 1 has other weights than that of rank 0: .*manualSeed\(0\)/,
        'another seed': /^rank 1 differs from rank 0 in seed: 1, and not 0;/,
        'fewer samples': /^rank 1 differs from rank 0 in the number of samples: 15, and not 16;/,
        'other samples': /^rank 1 differs from rank 0 in the content of data: "[0-9a-f]{12}", and not "/,
        'what is not finite':
          /^the loss 'ce' is NaN at step 1 of epoch 1 \(learning rate 0\.02\) on rank 1: /,
      };
      assert.deepEqual(Object.keys(said), Object.keys(start));
      for (const [what, sentence] of Object.entries(said))
        assert.match(sentence ?? 'nothing', start[what] ?? / /);
    }
  });
});
