/** RegNetY against timm's, whose numbers reference/models/regnet.py wrote. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  loadSafetensors,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  withDevice,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { createModel, loadModel } from './index.ts';
import { regNetYs } from './regnet.ts';

setNumThreads(1);

const file = path.join(import.meta.dirname, '../../reference/models/regnet.safetensors');
const { tensors, metadata } = loadSafetensors(file);
const cases: Case[] = JSON.parse(metadata.cases ?? '[]');
const described: Readonly<Record<string, { readonly parameters: number; readonly keys: string }>> =
  JSON.parse(metadata.models ?? '{}');

suite('keys, shapes and numbers of parameters are timm’s:', () => {
  for (const [name, { parameters, keys }] of Object.entries(described))
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
    });
  test('all that there are', () => {
    const names = new Set([...Object.keys(described), ...cases.map(({ model }) => model)]);
    assert.deepEqual(Object.keys(regNetYs).sort(), [...names].sort());
  });
});

suite('fresh weights, logits, stages before and after their ReLU, and gradients are timm’s:', () => {
  for (const [i, each] of cases.entries())
    test(`${each.model} on images of ${each.size} pixels`, () =>
      scope(() => compare(each, tensorsOf(tensors, i))));
});

test('a file of torchvision’s loads, and is found by its keys', async () => {
  // torchvision's by timm's.
  const names: Readonly<Record<string, string>> = JSON.parse(metadata.torchvision ?? '{}');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-regnet-'));
  try {
    const model = createModel('regnety_004', { classes: 1000 });
    const state = model.stateDict();
    const theirs = Object.entries(names).map(([own, their]): [string, Tensor] => {
      const value = state[own];
      assert.ok(value, own);
      return [their, value];
    });
    assert.equal(theirs.length, Object.keys(state).length);
    const weights = path.join(folder, 'regnet_y_400mf.safetensors');
    saveSafetensors(weights, Object.fromEntries(theirs));
    const loaded = await loadModel(weights, { classes: 1000 });
    assert.equal(loaded.name, 'regnety_004');
    scope(() => {
      const images = randn([1, 3, 64, 64]);
      noGrad(() =>
        assertClose(loaded.model.eval().forward(images), model.eval().forward(images), 0, 'logits'),
      );
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('one channel and images of odd sides will do, and blocks are dropped the more the later they come', () =>
  scope(() => {
    const model = createModel('regnety_pico_32', { classes: 5, channels: 1, dropPath: 0.5 });
    assert.deepEqual(model.forward(randn([2, 1, 51, 38])).shape, [2, 5]);
    const drops = Array.from(model.namedModules(), ([, module]) => module).flatMap((module) =>
      module instanceof nn.DropPath ? [module.p] : [],
    );
    assert.deepEqual([drops[0], drops.at(-1)], [0, 0.5]);
  }));
