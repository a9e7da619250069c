/** What becomes of a run of several ranks of which one is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { faultyRecipe } from '../../../reference/faulty.ts';
import { assertSame, logOf } from '../../../reference/left.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-faults-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const at = (out: string): string => path.join(scratch, out);
const recipe = path.join(scratch, 'recipe.yaml');
fs.writeFileSync(recipe, faultyRecipe);

const bin = path.join(import.meta.dirname, '../../../bin/retort.js');

async function retort(args: readonly string[], fault = ''): Promise<{ code: number; said: string }> {
  const env = { ...process.env, RETORT_TEST_FAULT: fault, RETORT_KERNELS: 'default' };
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  return { code, said };
}

const train = (out: string, ranks: number, fault?: string) =>
  retort(['train', recipe, '--out', at(out), '--ranks', String(ranks), '--timeout', '5'], fault);

suite('three ranks', () => {
  before(async () => {
    const { code, said } = await train('whole', 3);
    assert.equal(code, 0, said);
  });

  test('of which one is killed come to the same bits after a restart from the checkpoint', async () => {
    const { code, said } = await train('killed', 3, 'kill 1 17');
    assert.equal(code, 0, said);
    assert.match(said, /rank 1 was killed/);
    assertSame(at('killed'), at('whole'));
  });

  test('of which one cannot read its data end with its sentence; resumed by two they see the same batches', async () => {
    const { code, said } = await train('failing', 3, 'fail 0 17');
    assert.equal(code, 1, said);
    assert.match(said, /retort: .*the disk is gone; the run in .* can be resumed from its last checkpoint/);
    const resumed = await retort(['resume', at('failing'), '--ranks', '2']);
    assert.equal(resumed.code, 0, resumed.said);
    assert.match(resumed.said, /the run had 3 ranks, and now has 2/);
    const losses = (out: string) =>
      logOf(at(out)).flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []));
    const [whole, other] = [losses('whole'), losses('failing')];
    assert.equal(other.length, whole.length);
    for (const [i, loss] of whole.entries())
      assert.ok(Math.abs((other[i] ?? Number.NaN) - loss) < 0.2, `step ${i}: ${other[i]}, not ${loss}`);
  });
});
