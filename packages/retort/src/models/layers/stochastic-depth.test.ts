import assert from 'node:assert/strict';
import { test } from 'node:test';
import { risingDrops } from './stochastic-depth.ts';

test('blocks are left out the more the later they come, over all stages; the first never is', () => {
  assert.deepEqual(risingDrops(0.5, [1, 2, 0, 2]), [[0], [0.125, 0.25], [], [0.375, 0.5]]);
  assert.equal(risingDrops(0.1, [2, 2]).flat().at(-1), 0.1);
  assert.deepEqual(risingDrops(1, [1]), [[0]]);
  assert.deepEqual(risingDrops(0, [2]), [[0, 0]]);
});
