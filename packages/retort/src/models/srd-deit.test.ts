/** SRD's DeiT student against its description in PyTorch, whose numbers reference/models/srd_deit_models.py wrote. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  freeze,
  loadSafetensors,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  withDevice,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { createModel, loadModel, SrdDeiT } from './index.ts';
import { madeFor } from './made-for.ts';
import { srdDeiTs } from './srd-deit.ts';

setNumThreads(1);
const file = path.join(import.meta.dirname, '../../reference/models/srd_deit_models.safetensors');
const { tensors, metadata } = loadSafetensors(file);
const described: Readonly<Record<string, { parameters: number; keys: string }>> = JSON.parse(
  metadata.models ?? '{}',
);
const cases: Case[] = JSON.parse(metadata.cases ?? '[]');

suite('keys, shapes and numbers of parameters are those of the description:', () => {
  for (const [name, { parameters, keys }] of Object.entries(described))
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      assert.deepEqual(madeFor(name), { pixels: Number(name.split('_').at(-1)), isConvolutional: false });
    });
  test('all that there are', () =>
    assert.deepEqual(Object.keys(srdDeiTs).sort(), Object.keys(described).sort()));
});

suite(
  'fresh weights, logits, stages, penultimate vectors and gradients are those of the description:',
  () => {
    for (const [i, each] of cases.entries())
      test(each.model, () => scope(() => compare(each, tensorsOf(tensors, i))));
  },
);

test('the logits are the mean of both heads’, and the norm gives two tokens before the patches', () =>
  scope(() => {
    const model = createModel('srd_deit_pico_patch4_32', { classes: 3, channels: 1 });
    const paths = ['head', 'head_conv', 'norm', ...model.anatomy.stages];
    const { output, taps } = nn.tap(model, paths, () => model.forward(randn([2, 1, 32, 32])));
    const { head, head_conv: other, norm } = taps;
    assert.ok(head && other && norm);
    assertClose(output, head.add(other).div(2), 1e-6, 'logits');
    assert.ok(head.sub(other).abs().max().item() > 0.01);
    assert.deepEqual([norm.shape, model.anatomy.prefixTokens], [[2, 66, 128], 2]);
  }));

test('the authors’ files, which keep the projector beside the student, load by their keys alone', async () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-srd-deit-'));
  after(() => fs.rmSync(scratch, { recursive: true }));
  const model = createModel('srd_deit_pico_patch4_32', { classes: 3 }) as SrdDeiT;
  const own = model.stateDict();
  const beside = {
    'distillation_loss.embed.weight': zeros([3024, 128]),
    'distillation_loss.bn_s.running_mean': zeros([3024]),
  };
  assert.equal(model.ownLayout(own), null);
  assert.equal(model.ownLayout(beside), null);
  const at = path.join(scratch, 'theirs.safetensors');
  saveSafetensors(at, { ...own, ...beside });
  const loaded = await loadModel(at, { classes: 3 }, { onWarning: () => {} });
  assert.equal(loaded.name, 'srd_deit_pico_patch4_32');
  for (const [key, value] of Object.entries(loaded.model.stateDict()))
    assert.deepEqual(value.toList(), own[key]?.toList(), key);
});

test('compiled, it answers the same', () =>
  scope(() => {
    const model = createModel('srd_deit_pico_patch4_32', { classes: 3 }).eval();
    const images = randn([2, 3, 32, 32]);
    noGrad(() => assertClose(freeze(model).forward(images), model.forward(images), 1e-5, 'logits'));
  }));

test('what does not fit is said', () => {
  const options = { imageSize: 32, patchSize: 4, width: 16, depth: 2, heads: 2, classes: 2 };
  assert.throws(
    () => new SrdDeiT({ ...options, imageSize: 30 }),
    /images of 30 pixels do not divide into patches of 4/,
  );
  assert.throws(
    () => new SrdDeiT({ ...options, imageSize: 33, patchSize: 3 }),
    /patches of 3 pixels have no half/,
  );
  assert.throws(
    () => new SrdDeiT(options).forward(randn([1, 3, 30, 32])),
    /takes images of 32x32 pixels, got \[1, 3, 30, 32\]/,
  );
});
