import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, saveSafetensors, type Tensor } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type LossFlags, lossCommand } from './loss.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-loss-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function loss(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'loss', ...args], { cwd: scratch }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    );
  });
}

/** The first case of SRD's reference numbers, as somebody from outside would write it: one feature of each network, by that name. */
function writeCase(): (prefix: string) => Record<string, Tensor> {
  const { tensors } = loadSafetensors(
    path.join(import.meta.dirname, '../../reference/methods/srd.safetensors'),
  );
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        name.startsWith(prefix)
          ? [[name.slice(prefix.length).replace('.feature.penultimate', '.feature'), tensor]]
          : [],
      ),
    );
  const input = Object.entries(under('0.')).filter(([name]) => /^(student|teacher|labels|parts)/.test(name));
  saveSafetensors(path.join(scratch, 'case.safetensors'), Object.fromEntries(input));
  return under;
}

suite('retort loss', () => {
  const under = writeCase();
  test('says the terms of a file, and writes their gradients under the names of the tensors', async () => {
    const { stdout, stderr } = await loss(
      'srd',
      '--input',
      'case.safetensors',
      '--grad',
      'grad.safetensors',
      '--json',
    );
    assert.equal(stderr, '');
    const { terms } = JSON.parse(stdout);
    const expected = under('0.terms.');
    assert.deepEqual(Object.keys(terms).sort(), Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected))
      assert.ok(Math.abs(terms[name] - value.item()) <= 1e-5 * Math.abs(value.item()), name);
    const { tensors: gradients } = loadSafetensors(path.join(scratch, 'grad.safetensors'));
    const wanted = under('0.grad.');
    assert.deepEqual(Object.keys(gradients).sort(), Object.keys(wanted).sort());
    for (const [name, value] of Object.entries(wanted)) {
      const gradient = gradients[name];
      assert.ok(gradient);
      if (!name.endsWith('bias')) assertClose(gradient, value, 1e-5, name);
    }
  });

  test('takes options of the method', async () => {
    const args = ['srd', '--input', 'case.safetensors', '--json'];
    const once = JSON.parse((await loss(...args)).stdout).terms;
    const thrice = JSON.parse((await loss(...args, '--set', 'beta=6', '--set', 'kappa=0')).stdout).terms;
    assert.deepEqual(Object.keys(thrice).sort(), ['ce', 'srd']);
    assert.ok(Math.abs(thrice.srd - 3 * once.srd) <= 1e-5 * Math.abs(thrice.srd));
  });

  test('describes terms, tensors and parts, of examples and of a file', async () => {
    const example = JSON.parse((await loss('srd', '--describe', '--json')).stdout);
    assert.deepEqual(example.terms, ['ce', 'srd', 'kd']);
    assert.deepEqual(example.parts, { 'projector.weight': [64, 32], 'projector.bias': [64] });
    const file = JSON.parse(
      (await loss('srd', '--describe', '--input', 'case.safetensors', '--json')).stdout,
    );
    const { 'parts.projector.weight': weight } = under('0.');
    assert.deepEqual(file.parts['projector.weight'], weight?.shape);
    assert.match(
      (await loss('kd', '--describe')).stdout,
      /Hinton[\s\S]*terms: ce, kd[\s\S]*student\.logits +\[8, 10\]/,
    );
  });

  test('answers mistakes with a sentence', async () => {
    const srt = await loss('srt', '--describe');
    assert.equal(srt.code, 1);
    assert.match(srt.stderr, /there is no method 'srt': did you mean 'srd'\?/);
    const input = path.join(scratch, 'case.safetensors');
    const flags = { input, set: [], epoch: 1, epochs: 1, prefixTokens: 0, seed: 0 };
    const { labels, ...others } = under('0.');
    assert.ok(labels && others['student.logits']);
    const bare = path.join(scratch, 'bare.safetensors');
    saveSafetensors(bare, { labels });
    const mistakes: [method: string, flags: Partial<LossFlags>, sentence: RegExp][] = [
      ['srd', { input: undefined }, /--input FILE\.safetensors .*--describe/],
      ['srd', { input: 'nowhere.safetensors' }, /nowhere\.safetensors/],
      ['at', {}, /looks at student\.feature\.stage1, .*; given is student\.feature/],
      ['srd', { set: ['beta'] }, /--set takes KEY=VALUE/],
      ['srd', { set: ['beta=-1'] }, /srd: beta: /],
      ['kd', { epoch: 3 }, /--epoch 3 is after the last/],
      ['kd', { input: bare }, /there is no tensor 'student\.logits'; there are labels/],
    ];
    for (const [method, wrong, sentence] of mistakes)
      assert.throws(() => lossCommand(method, { ...flags, ...wrong }), sentence);
  });
});
