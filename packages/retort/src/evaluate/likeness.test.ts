import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, setNumThreads } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { blocksOf, createModel } from '../models/index.ts';
import { likeness } from './index.ts';

setNumThreads(1);

suite('how alike the features of two networks are', () => {
  const data = halves(40);
  const network = (name: string, seed: number) => {
    manualSeed(seed);
    return createModel(name, { classes: 2, channels: 1 });
  };
  const looked = (name: string, seed: number) => {
    const model = network(name, seed);
    return { model, paths: blocksOf(model) };
  };

  test('is 1 between a block and itself, and the same from both sides', async () => {
    const [first, second] = [looked('resnet14', 1), looked('resnet8', 2)];
    const own = await likeness(first, first, data);
    assert.equal(own.samples, 40);
    for (const [i, row] of own.values.entries()) assert.ok(Math.abs((row[i] ?? 0) - 1) < 1e-9, String(row));
    const [across, back] = [await likeness(first, second, data), await likeness(second, first, data)];
    assert.deepEqual([across.values.length, across.values[0]?.length], [6, 3]);
    for (const [i, row] of across.values.entries())
      for (const [j, value] of row.entries())
        assert.ok(Math.abs((value ?? 0) - (back.values[j]?.[i] ?? 1)) < 1e-9);
  });

  test('counts no batch of fewer than four samples, and needs one', async () => {
    const first = looked('resnet8', 1);
    assert.equal((await likeness(first, first, halves(11), { batchSize: 8 })).samples, 8);
    await assert.rejects(likeness(first, first, halves(3)), {
      message: /has 3 samples, and CKA needs four or more in a batch$/,
    });
    await assert.rejects(likeness(first, first, halves(9), { batchSize: 3 }), {
      name: 'RangeError',
      message: /^no batch of .* has four samples or more, which CKA needs/,
    });
  });

  test('of no modules is an empty table', async () => {
    const first = looked('resnet8', 1);
    const none = { ...first, paths: [] };
    assert.deepEqual((await likeness(none, first, data)).values, []);
    assert.deepEqual((await likeness(first, none, data)).values, [[], [], []]);
  });
});
