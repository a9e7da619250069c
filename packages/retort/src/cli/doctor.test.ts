import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { retort } from '../../reference/command.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-doctor-'));
process.chdir(scratch);
process.env.RETORT_DATA = scratch;
after(() => fs.rmSync(scratch, { recursive: true }));

suite('doctor', () => {
  test('doctor says of a folder that is not there that none is needed, unless it was asked for', async (context) => {
    context.after(() => {
      process.env.RETORT_DATA = scratch;
    });
    const finding = async (name: string) => {
      const findings: { name: string; value: string }[] = JSON.parse(
        (await retort('doctor', '--json')).stdout,
      );
      return findings.find((one) => one.name === `data in ${name}`);
    };
    const folder = path.join(fs.realpathSync(scratch), 'data');
    delete process.env.RETORT_DATA;
    assert.deepEqual(await finding(folder), {
      name: `data in ${folder}`,
      ok: true,
      value:
        'not made yet, and none is needed: what is in none of these folders is downloaded when it is used',
    });
    process.env.RETORT_DATA = folder;
    assert.deepEqual(await finding(folder), {
      name: `data in ${folder}`,
      ok: false,
      value: 'no such folder',
      cure: 'set RETORT_DATA to a folder that exists',
    });
  });

  test('doctor reports what there is, also as JSON', async () => {
    const { stdout } = await retort('doctor', '--json');
    const findings: { name: string; ok: boolean; value: string }[] = JSON.parse(stdout);
    for (const name of [
      'Node',
      'libtorch',
      'addon',
      'CUDA',
      'threads',
      'instructions',
      'native bf16',
      'precision auto',
    ]) {
      assert.ok(
        findings.some((finding) => finding.name === name && finding.ok),
        `${name}: ${stdout}`,
      );
    }
    assert.match(
      findings.find(({ name }) => name === 'precision auto')?.value ?? '',
      /^(fp32|bf16), as bf16 is [\d.e+-]+ times as fast: a small convolution takes [\d.e+-]+ m?s in fp32, [\d.e+-]+ m?s in bf16; a product /,
    );
  });
});
