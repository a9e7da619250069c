import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import {
  loadSafetensors,
  manualSeed,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { drawn } from '../../reference/models/compare.ts';
import { loadModel } from './index.ts';

setNumThreads(1);

test('a file of Facebook’s ResMLP loads, is found by its keys, and answers as their code does', async () => {
  const reference = path.join(import.meta.dirname, '../../reference/models/resmlp_facebook.safetensors');
  const { tensors, metadata } = loadSafetensors(reference);
  const keys: Readonly<Record<string, readonly number[]>> = JSON.parse(metadata.keys ?? '{}');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-resmlp-'));
  try {
    manualSeed(2);
    const weights = path.join(folder, 'resmlp.safetensors');
    const state = Object.entries(keys).map(([key, shape]) => [key, drawn(key, shape)]);
    saveSafetensors(weights, Object.fromEntries(state));
    const images = randn([2, 3, 32, 32]);
    const { name, model } = await loadModel(weights, { classes: 10 });
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
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
