import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import {
  checkSampling,
  DataError,
  type Dataset,
  epochBatches,
  inMemory,
  permutation,
  type Sampling,
  sequentialBatches,
  shownBatches,
} from './index.ts';

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

suite('balanced sampling', () => {
  const labels = Array.from({ length: 600 }, (_, i) => (i < 20 ? 2 : 0));
  const uneven = inMemory({
    images: new Uint8Array(600),
    labels,
    height: 1,
    width: 1,
    channels: 1,
    classes: ['many', 'none', 'few'],
    mean: [0],
    std: [1],
  });
  const shown = (epoch: number, sampling: Sampling = { by: 'balanced' }, seed = 1) =>
    [...shownBatches(uneven, { seed, epoch, batchSize: 64 }, sampling)].flatMap(({ ids, times }) =>
      Array.from(ids, (id, i) => ({ id, time: times?.[i] })),
    );

  test('shows each class that has samples equally often, in epochs of their length', () => {
    const all = Array.from({ length: 10 }, (_, epoch) => shown(epoch)).flat();
    assert.equal(all.length, 6000);
    const few = all.filter(({ id }) => id < 20).length;
    // Five standard deviations of 6000 throws of a coin.
    assert.ok(Math.abs(few - 3000) < 5 * Math.sqrt(1500), `${few} of 6000`);
    const often = Array.from({ length: 20 }, (_, own) => all.filter(({ id }) => id === own).length);
    for (const count of often) assert.ok(Math.abs(count - 150) < 5 * Math.sqrt(150), String(often));
  });

  test('is another in each epoch, and the same for a seed', () => {
    assert.deepEqual(shown(3), shown(3));
    assert.notDeepEqual(shown(3), shown(4));
    assert.notDeepEqual(shown(3), shown(3, { by: 'balanced' }, 2));
  });

  test('counts which time each is shown, with repeats too', () => {
    for (const repeats of [1, 3]) {
      const counts = new Map<number, number>();
      for (const { id, time } of shown(1, { by: 'balanced', repeats })) {
        assert.equal(time, counts.get(id) ?? 0);
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    assert.deepEqual(new Set(shown(1, {}).map(({ time }) => time)), new Set([undefined]));
  });

  test('of samples without classes, or that are read in an order of their own, is refused', () => {
    const read = reading(uneven);
    const { column: _, ...blind } = read;
    assert.throws(() => checkSampling(blind, { by: 'balanced' }), /needs the classes of all samples at once/);
    assert.throws(
      () => checkSampling({ ...read, order: () => new Int32Array(600) }, { by: 'balanced' }),
      /read has an order of its own/,
    );
    for (const repeats of [0, 1.5, 601])
      assert.throws(() => checkSampling(read, { repeats }), /a whole number from 1 to 600/);
    for (const good of [{}, { by: 'balanced', repeats: 3 }] as const) checkSampling(read, good);
  });
});
