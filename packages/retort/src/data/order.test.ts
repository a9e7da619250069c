import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { DataError, type Dataset, epochBatches, permutation, sequentialBatches } from './index.ts';

const of = (data: Dataset, epoch = 0): number[][] =>
  Array.from(epochBatches(data, { seed: 0, epoch, batchSize: 3 }), (ids) => Array.from(ids));

suite('an epoch', () => {
  test('has every image once, the last batch what is left', () => {
    const batches = of(halves(4));
    assert.deepEqual(
      batches.map((ids) => ids.length),
      [3, 1],
    );
    assert.deepEqual(batches.flat().sort(), [0, 1, 2, 3]);
  });

  test('is in the order of the data set where it has one, else in that of seed and epoch', () => {
    const own = reading(halves(5));
    assert.deepEqual(of(own, 2).flat(), Array.from(permutation(5, { seed: 0, epoch: 2, purpose: 'order' })));
    const backwards = { ...own, order: (seed: number, epoch: number) => Int32Array.of(seed, 4, epoch, 2, 1) };
    assert.deepEqual(of(backwards, 3), [
      [0, 4, 3],
      [2, 1],
    ]);
  });

  test('of evaluation is in the samples’ own order', () => {
    assert.deepEqual(
      Array.from(sequentialBatches(halves(5), 2), (ids) => Array.from(ids)),
      [[0, 1], [2, 3], [4]],
    );
  });

  test('in an order that leaves samples out, or shows some twice, is refused', () => {
    const refused = (...order: number[]): string => {
      try {
        of({ ...reading(halves(5)), order: () => Int32Array.from(order) }, 2);
      } catch (error) {
        assert.ok(error instanceof DataError);
        return error.message;
      }
      return assert.fail('it was not refused');
    };
    const must = 'and must have each of its 5 samples once';
    assert.equal(refused(0, 1, 2, 3), `read: its order of epoch 2 leaves sample 4 out, ${must}`);
    assert.equal(refused(4, 1, 2, 3, 5), `read: its order of epoch 2 leaves sample 0 out, ${must}`);
    assert.equal(refused(4, 1, 1, 3, 0), `read: its order of epoch 2 leaves sample 2 out, ${must}`);
    assert.equal(refused(0, 1, 2, 3, 4, 4), `read: its order of epoch 2 shows 6 samples, ${must}`);
    // As JavaScript that nobody checked may answer.
    const answers = (order: unknown) => () =>
      of({ ...reading(halves(2)), order: () => order as Int32Array }, 1);
    assert.throws(answers([0, 1]), {
      name: 'DataError',
      message: 'read: its order of epoch 1 must be an Int32Array, and is an array',
    });
    assert.throws(answers(Promise.resolve(Int32Array.of(0, 1))), {
      name: 'DataError',
      message: 'read: its order of epoch 1 must be an Int32Array, and is object',
    });
  });
});
