import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dataset, inMemory } from '../data/index.ts';
import { chanceOf, nearChance } from './index.ts';

test('chance is told from knowledge, and is what always saying the largest class is right on', () => {
  const split = (labels: number[], classes: number) =>
    inMemory({
      images: new Uint8Array(labels.length),
      labels,
      height: 1,
      width: 1,
      channels: 1,
      classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
      mean: [0],
      std: [1],
    });
  const even = (classes: number) => split([...Array(classes).keys()], classes);
  const near = (data: Dataset, ...shares: number[]) => shares.map((top1) => nearChance(top1, data));
  assert.deepEqual(near(even(100), 0.01, 0.1, 0.2, 0.65), [true, true, false, false]);
  assert.deepEqual(near(even(2), 0.5, 0.54, 0.6), [true, true, false]);
  assert.deepEqual(chanceOf(even(2)), { share: 0.5, majority: null });
  // 19 of 20 are of one class, one class has none.
  const skewed = split([0, ...Array(19).fill(2)], 3);
  assert.deepEqual(chanceOf(skewed), { share: 0.95, majority: 'class 2' });
  assert.deepEqual(near(skewed, 0.95, 0.954, 0.96), [true, true, false]);
});

test('chance of a split that gives no labels at once is that of classes of the same size: teachers are checked on it all the same', () => {
  const fields: Dataset['fields'] = { label: { kind: 'class', classes: ['a', 'b', 'c', 'd'] } };
  const read: Dataset = { name: 'read', size: 8, fields, fingerprint: '', read: async () => [] };
  assert.deepEqual(chanceOf(read), { share: 0.25, majority: null });
  assert.deepEqual([nearChance(0.3, read), nearChance(0.6, read)], [true, false]);
});
