/** CycleMLP against its authors' code, whose numbers reference/models/cyclemlp.py wrote. */
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
  withDevice,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { makeExit } from '../methods/ofa/exits.ts';
import { type CycleMLP, cycleMLPs } from './cyclemlp.ts';
import { createModel, loadModel, publishedInput } from './index.ts';

setNumThreads(1);

const file = path.join(import.meta.dirname, '../../reference/models/cyclemlp.safetensors');
const { tensors, metadata } = loadSafetensors(file);
const cases: Case[] = JSON.parse(metadata.cases ?? '[]');
const described: Readonly<Record<string, { readonly parameters: number; readonly keys: string }>> =
  JSON.parse(metadata.models ?? '{}');

suite('keys, shapes and numbers of parameters are the authors’:', () => {
  for (const [name, { parameters, keys }] of Object.entries(described))
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
    });
  test('all that there are', () => {
    const names = [...Object.keys(described), ...cases.map(({ model }) => model)];
    assert.deepEqual(Object.keys(cycleMLPs).sort(), names.sort());
  });
});

suite('fresh weights, logits, stages, penultimate vectors and gradients are theirs:', () => {
  for (const [i, each] of cases.entries())
    test(each.model, () => scope(() => compare(each, tensorsOf(tensors, i))));
});

/** A state dict as the authors write it. */
function withOffsets(model: CycleMLP): nn.StateDict {
  const { 'offset.sfc_h': h, 'offset.sfc_w': w } = tensors;
  assert.ok(h && w);
  return Object.fromEntries(
    Object.entries(model.stateDict()).flatMap(([key, value]) => {
      const [, layer, axis] = /^(.*\.sfc_([hw]))\.bias$/.exec(key) ?? [];
      if (layer === undefined) return [[key, value]];
      // Of 16 channels; those that follow go on by threes.
      const offset = axis === 'h' ? h : w;
      const repeated = offset.slice(1, 0, 6).repeat([1, Math.ceil(value.size(0) / 3), 1, 1]);
      return [
        [key, value],
        [`${layer}.offset`, repeated.slice(1, 0, 2 * value.size(0))],
      ];
    }),
  );
}

suite('a file of the authors’, with the offsets of its shifts,', () => {
  const name = 'CycleMLP_pico_32';
  const make = (): CycleMLP => createModel(name, { classes: 10 }) as CycleMLP;

  test('has them as they wrote them', () =>
    scope(() => {
      const state = withOffsets(make());
      for (const layer of ['sfc_h', 'sfc_w']) {
        const [ours, theirs] = [state[`network.0.0.attn.${layer}.offset`], tensors[`offset.${layer}`]];
        assert.ok(ours && theirs);
        assertClose(ours, theirs, 0, layer);
      }
    }));

  test('loads, and is found by its keys', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cyclemlp-'));
    try {
      const model = make();
      const weights = path.join(folder, 'cycle.safetensors');
      saveSafetensors(weights, withOffsets(model));
      const warnings: string[] = [];
      const loaded = await loadModel(weights, { classes: 10 }, { onWarning: (text) => warnings.push(text) });
      assert.equal(loaded.name, name);
      scope(() => {
        const images = randn([2, 3, 32, 32]);
        noGrad(() =>
          assertClose(loaded.model.eval().forward(images), model.eval().forward(images), 0, 'logits'),
        );
      });
      assert.match(
        warnings.join('\n'),
        /20 of its keys are another program's \(network\.0\.0\.attn\.sfc_h\.offset, /,
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('is none of it with other offsets, without some, or with none', () =>
    scope(() => {
      const model = make();
      const state = withOffsets(model);
      const key = 'network.4.3.attn.sfc_w.offset';
      const { [key]: offset, ...some } = state;
      assert.ok(offset);
      assert.deepEqual(Object.keys(model.ownLayout(state) ?? {}), Object.keys(model.stateDict()));
      assert.equal(model.ownLayout({ ...state, [key]: offset.neg() }), null);
      assert.equal(model.ownLayout({ ...state, [key]: offset.slice(1, 0, 2) }), null);
      assert.equal(model.ownLayout(some), null);
      assert.equal(model.ownLayout(model.stateDict()), null);
    }));
});

test('published weights see the middle 224 of 256 pixels, as their authors judge them; those of ours have none', () => {
  assert.deepEqual(publishedInput('CycleMLP_B3', 1000), {
    ...{ size: 224, resize: 256, interpolation: 'bicubic' },
    ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  });
  assert.equal(publishedInput('CycleMLP_B3', 100), undefined);
  assert.equal(publishedInput('CycleMLP_pico_64', 1000), undefined);
});

test('OFA-KD’s exits read its stages as those of a CNN, [N, C, H, W]', () =>
  scope(() => {
    const model = createModel('CycleMLP_pico_64', { classes: 10 });
    const { stages } = model.anatomy;
    const { taps } = noGrad(() => nn.tap(model, stages, () => model.forward(randn([2, 3, 64, 64]))));
    const shapes = stages.map((stage) => taps[stage]?.shape ?? []);
    assert.deepEqual(shapes, [
      [2, 16, 16, 16],
      [2, 32, 8, 8],
      [2, 80, 4, 4],
      [2, 128, 2, 2],
    ]);
    for (const [i, stage] of stages.entries()) {
      const features = taps[stage];
      assert.ok(features);
      const exit = makeExit({
        ...{ stage: i + 1, stages: 4, shape: features.shape.slice(1), studentWidth: 128, teacherWidth: 256 },
        ...{ classes: 10, prefixTokens: 0, classToken: 'read', grid: 7, heads: 4 },
      });
      assert.deepEqual(exit.forward(features).shape, [2, 10]);
    }
  }));

test('one channel and images of odd sides will do, and blocks are dropped the more the later they come', () =>
  scope(() => {
    const model = createModel('CycleMLP_pico_64', { classes: 5, channels: 1, dropPath: 0.5 });
    assert.deepEqual(model.forward(randn([2, 1, 51, 38])).shape, [2, 5]);
    const drops = Array.from(model.namedModules(), ([, module]) => module).flatMap((module) =>
      module instanceof nn.DropPath ? [module.p] : [],
    );
    assert.deepEqual([drops[0], drops.at(-1)], [0, 0.5]);
  }));
