/** ConvNeXt beside timm's, its weights in Facebook's layout, and as a student of a CNN. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, nn, saveSafetensors, setNumThreads, type Tensor, withDevice } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { assertLearnsFromCNN, assertReadByExits } from '../../reference/models/students.ts';
import { ConvNeXt, createModel, loadModel, models } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-convnext-'));
after(() => fs.rmSync(scratch, { recursive: true }));

interface Described {
  readonly parameters: number;
  readonly keys: string;
  readonly eps: readonly number[];
  /** Of the blocks that drop any. */
  readonly dropPath: readonly number[];
}

const { tensors, metadata } = loadSafetensors(
  path.join(import.meta.dirname, '../../reference/models/convnext_models.safetensors'),
);
const described: Readonly<Record<string, Described>> = JSON.parse(metadata.models ?? '{}');
const cases: readonly Case[] = JSON.parse(metadata.cases ?? '[]');

suite('keys, shapes, numbers of parameters, epsilons and stochastic depth are timm’s:', () => {
  for (const [name, { parameters, keys, eps, dropPath }] of Object.entries(described)) {
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000, dropPath: 0.1 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      const modules = Array.from(model.namedModules());
      const norms = modules.flatMap(([, module]) => (module instanceof nn.LayerNorm ? [module.eps] : []));
      assert.deepEqual([...new Set(norms)], eps);
      const rates = modules.flatMap(([, module]) =>
        module instanceof nn.DropPath && module.p > 0 ? [module.p] : [],
      );
      assert.deepEqual(
        rates.map((rate) => Number(rate.toFixed(6))),
        dropPath,
      );
    });
  }
  test('all that have a name', () => {
    assert.deepEqual(
      Object.keys(models)
        .filter((name) => name.startsWith('convnext_'))
        .sort(),
      Object.keys(described).sort(),
    );
  });
});

suite('logits, stages, fresh weights and gradients are timm’s:', () => {
  for (const [i, given] of cases.entries()) test(given.model, () => compare(given, tensorsOf(tensors, i)));
});

suite('Facebook’s layout', () => {
  const facebook: Readonly<Record<string, string>> = JSON.parse(metadata.facebook ?? '{}');

  test('is found by its keys, which are those that timm reads', async () => {
    const own = createModel('convnext_zepto_patch4_64', { classes: 10 }).stateDict();
    assert.equal(Object.keys(facebook).length, Object.keys(own).length);
    const state = Object.entries(facebook).map(([key, timms]): [string, Tensor] => [
      key,
      own[timms] ?? assert.fail(timms),
    ]);
    const file = path.join(scratch, 'facebook.safetensors');
    saveSafetensors(file, Object.fromEntries(state));
    const { name, model } = await loadModel(file, { classes: 10 }, { onWarning: () => {} });
    assert.equal(name, 'convnext_zepto_patch4_64');
    for (const [key, value] of Object.entries(model.stateDict()))
      assertClose(value, own[key] ?? value.neg(), 0, key);
  });

  test('is not timm’s own, which needs none', () => {
    const model = createModel('convnext_zepto_patch4_64', { classes: 10 });
    assert.equal(model.ownLayout?.(model.stateDict()), null);
  });
});

test('widths and depths of other numbers of stages are refused', () => {
  assert.throws(
    () => new ConvNeXt({ widths: [8, 16], depths: [1], classes: 2 }),
    /ConvNeXt has as many widths as depths, one of each stage, got 2 and 1$/,
  );
});

suite('OFA-KD’s exits read each of the four stages:', () => {
  for (const name of ['convnext_zepto_patch4_64', 'convnext_zepto_patch2_32'])
    test(name, () => assertReadByExits(name));
});

test('a student learns from a CNN by OFA-KD', () =>
  assertLearnsFromCNN(
    () =>
      new ConvNeXt({
        ...{ widths: [8, 8, 16, 32], depths: [1, 1, 1, 1], patchSize: 1, layerScale: 1 },
        ...{ classes: 2, channels: 1 },
      }),
  ));
