/** MobileNetV1 against mdistiller's, whose numbers reference/models/mobilenet_v1.py wrote. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { loadSafetensors, randn, scope, setNumThreads } from '@retort/torch';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { createModel } from './index.ts';

setNumThreads(1);

const file = path.join(import.meta.dirname, '../../reference/models/mobilenet_v1.safetensors');
const { tensors, metadata } = loadSafetensors(file);

test('keys, fresh weights, logits, stages before and after their ReLU, and gradients are mdistiller’s', () => {
  const [only, ...more]: Case[] = JSON.parse(metadata.cases ?? '[]');
  assert.ok(only && more.length === 0);
  scope(() => compare(only, tensorsOf(tensors, 0)));
});

test('one channel and images of odd sides will do', () =>
  scope(() => {
    const model = createModel('MobileNetV1', { classes: 5, channels: 1 }).eval();
    assert.deepEqual(model.forward(randn([1, 1, 51, 38])).shape, [1, 5]);
  }));
