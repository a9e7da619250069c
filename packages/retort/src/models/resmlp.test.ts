import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualSeed, noGrad, randn, scope, setNumThreads } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { loadedByKeys, readReference } from '../../reference/models/beside.ts';
import { drawn } from '../../reference/models/compare.ts';

setNumThreads(1);

test('a file of Facebook’s ResMLP loads, is found by its keys, and answers as their code does', async () => {
  const { tensors, metadata } = readReference('resmlp_facebook');
  const keys: Readonly<Record<string, readonly number[]>> = JSON.parse(metadata.keys ?? '{}');
  manualSeed(2);
  const state = Object.entries(keys).map(([key, shape]) => [key, drawn(key, shape)]);
  const images = randn([2, 3, 32, 32]);
  const { name, model } = await loadedByKeys(Object.fromEntries(state), 10);
  assert.equal(name, 'resmlp_12_32');
  scope(() => {
    const { logits } = tensors;
    assert.ok(logits);
    assertClose(
      noGrad(() => model.eval().forward(images)),
      logits,
      1e-4,
      'logits',
    );
  });
});
