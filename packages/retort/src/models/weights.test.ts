import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { noGrad, saveSafetensors, zeros } from '@retort/torch';
import { createModel, loadModel } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-weights-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** The weights of a fresh model, in a file that does not name it. */
function fileOf(name: string, classes: number): string {
  const file = path.join(scratch, `${name}.safetensors`);
  saveSafetensors(file, createModel(name, { classes }).stateDict());
  return file;
}

suite('the model that a file of weights is for', () => {
  for (const [of, found] of [
    ['wrn_16_1', 'wrn_16_1'],
    ['deit_tiny_distilled_patch4_32', 'deit_tiny_distilled_patch4_32'],
    // The same network by two names: the first of them.
    ['deit_tiny_patch4_32', 'vit_tiny_patch4_32'],
  ] as const)
    test(`is found by the keys and shapes of ${of}`, async () => {
      assert.equal((await loadModel(fileOf(of, 3), { classes: 3 })).name, found);
    });

  test('is asked for where none has these keys, and what does not fit is named', async () => {
    const file = path.join(scratch, 'none.safetensors');
    saveSafetensors(file, { weight: zeros([2, 2]) });
    await assert.rejects(loadModel(file, { classes: 3 }), /those of no model here: write NAME:FILE/);
    await assert.rejects(
      loadModel(`vgg8:${fileOf('vgg11', 3)}`, { classes: 3 }),
      /does not fit VGG: unexpected: block2\.4/,
    );
  });

  test('is not given weights that are not finite, which are named', async () => {
    const weights = createModel('resnet8', { classes: 3 }).stateDict();
    const file = path.join(scratch, 'nan.safetensors');
    noGrad(() => weights['layer2.0.bn1.running_var']?.select(0, 3).fill_(Number.NaN));
    saveSafetensors(file, weights);
    await assert.rejects(loadModel(`resnet8:${file}`, { classes: 3 }), {
      name: 'RangeError',
      message: `${file} holds weights that are not finite: 'layer2.0.bn1.running_var' (1 of its 32 numbers is NaN)`,
    });
  });
});
