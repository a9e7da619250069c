import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scope, tensor } from '@retort/torch';
import { Gathered } from './gathered.ts';

test('batches of several widths are put together, with −1 where there was nothing', () => {
  const gathered = new Gathered();
  scope(() => gathered.add(tensor([5n]), tensor([[1, 2, 3]])));
  scope(() => gathered.add(tensor([6n, 7n]), tensor([[4], [8]])));
  const [ids, wide] = gathered.tensors.map((one) => one.toList());
  assert.deepEqual(ids, [5n, 6n, 7n]);
  assert.deepEqual(wide, [
    [1, 2, 3],
    [4, -1, -1],
    [8, -1, -1],
  ]);
});

test('nothing cannot be put together', () => {
  assert.throws(() => new Gathered().tensors, new RangeError('there are no samples'));
});
