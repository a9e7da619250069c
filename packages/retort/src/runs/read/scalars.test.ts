import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuredIn, scalarsOf } from './scalars.ts';

test('a number that is not finite is none, as it is where JSON has it as null', () => {
  const line = JSON.parse('{ "losses": { "kd": 1e999, "ce": null, "loss": 2 }, "test": { "top1": -1e999 } }');
  assert.deepEqual(scalarsOf(line), { 'train/loss': 2 });
  assert.deepEqual(measuredIn(line), {
    ...{ 'train/kd': null, 'train/ce': null, 'train/loss': 2 },
    'test/top1': null,
  });
});
