/** Samples that are not what their data set says of them are refused in a sentence that names them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { memory, scope } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import {
  DataError,
  type Dataset,
  type Fields,
  fetchColumns,
  imagesOfColumn,
  isOneTensor,
  narrowed,
  oneTensorEach,
  type Picture,
  type Sample,
} from './index.ts';

const ids = Int32Array.of(3, 1, 2);
const data = halves(4);

/** What is said of samples of which the second is another. */
async function refused(second: (sample: Sample) => Sample, fields: Fields = data.fields): Promise<string> {
  const own: Dataset = {
    ...reading(data, {
      answer: (samples) => samples.map((sample, i) => (i === 1 ? second(sample) : sample)),
    }),
    fields,
  };
  const { handles } = memory();
  const error = await fetchColumns(own, ids).then(
    () => assert.fail('it was not refused'),
    (thrown) => thrown,
  );
  assert.equal(error.name, 'DataError', String(error));
  assert.ok(memory().handles <= handles, 'nothing is left of the columns before');
  return error.message;
}

const picture =
  (more: Partial<Picture>) =>
  (sample: Sample): Sample => ({
    ...sample,
    image: { ...(sample.image as Picture), ...more },
  });

suite('samples that were read', () => {
  test('are columns in the order asked for', async () => {
    using fetched = await fetchColumns(reading(data), ids);
    const { image, label } = oneTensorEach(fetched.columns);
    assert.deepEqual(label?.toFlatArray(), [1n, 1n, 0n]);
    assert.deepEqual(image?.toList(), oneTensorEach(data.gather(ids)).image?.toList());
    assert.deepEqual([image?.dtype, label?.dtype], ['uint8', 'int64']);
  });

  test('that cannot be read are those of a data set with a name, whatever was thrown', async () => {
    for (const thrown of [new Error('the disk is gone'), 'the disk is gone'])
      await assert.rejects(
        fetchColumns({ ...reading(data), read: () => Promise.reject(thrown) }, ids),
        (error) => error instanceof DataError && error.message === 'read: `read` failed: the disk is gone',
      );
  });

  test('may have numbers that are measured', async () => {
    const fields: Fields = { ...data.fields, length: { kind: 'scalar' } };
    const answer = (samples: readonly Sample[]) =>
      samples.map((sample, i) => ({ ...sample, length: i + 0.5 }));
    using fetched = await fetchColumns({ ...reading(data, { answer }), fields }, ids);
    const { length } = oneTensorEach(fetched.columns);
    assert.deepEqual([length?.dtype, length?.toList()], ['float32', [0.5, 1.5, 2.5]]);
    assert.equal(await refused((sample) => sample, fields), 'read: sample 3 has no length');
  });

  test('that say why they cannot be read are believed', async () => {
    const own = { ...reading(data), read: () => Promise.reject(new DataError('cat.jpg: it is empty')) };
    await assert.rejects(fetchColumns(own, ids), { name: 'DataError', message: 'cat.jpg: it is empty' });
  });

  test('of several sizes are a tensor each, and let go of as one is', async () => {
    const { handles } = memory();
    const pixels = Uint8Array.from({ length: 32 }, (_, i) => i);
    const answer = (samples: readonly Sample[]) =>
      samples.map((sample, i) => (i === 1 ? picture({ height: 4, pixels })(sample) : sample));
    {
      using fetched = await fetchColumns(reading(data, { answer }), ids);
      scope(() => {
        const image = imagesOfColumn(fetched.columns.image);
        assert.ok(image && !isOneTensor(image));
        assert.deepEqual(
          image.map(({ shape }) => shape),
          [
            [1, 8, 8, 1],
            [1, 4, 8, 1],
            [1, 8, 8, 1],
          ],
        );
        assert.deepEqual(image[1]?.toFlatArray(), [...pixels]);
        assert.deepEqual(image[2]?.toList(), oneTensorEach(data.gather(ids.subarray(2))).image?.toList());
        assert.deepEqual(Object.keys(oneTensorEach(fetched.columns)), ['label']);
        const few = narrowed(fetched.columns, 1, 2);
        assert.deepEqual([few.image, oneTensorEach(few).label?.toFlatArray()], [image.slice(1), [1n, 0n]]);
      });
    }
    // What other tests left may be collected meanwhile.
    assert.ok(memory().handles <= handles, 'nothing is left');
  });

  test('of another size than they say are refused', async () => {
    assert.equal(
      await refused(picture({ pixels: new Uint8Array(63) })),
      'read: image of sample 1 has 63 bytes of pixels, and 8x8x1 are 64',
    );
    assert.equal(
      await refused(picture({ pixels: new Uint8Array(192) })),
      'read: image of sample 1 has 192 bytes of pixels, and 8x8x1 are 64',
    );
  });

  test('that lack a field, or have something else in it, are refused', async () => {
    assert.equal(await refused(({ image = 0 }) => ({ image })), 'read: sample 1 has no label');
    assert.equal(await refused(({ label = 0 }) => ({ label })), 'read: sample 1 has no image');
    assert.equal(
      await refused((sample) => ({ ...sample, image: 7 })),
      'read: image of sample 1 must be { pixels: Uint8Array, height, width }, and is 7',
    );
    assert.equal(
      await refused((sample) => ({ ...sample, label: sample.image ?? 0 })),
      'read: label of sample 1 must be a number, and is an image',
    );
  });

  test('with labels that are no class are refused', async () => {
    for (const label of [2, -1, 0.5])
      assert.equal(
        await refused((sample) => ({ ...sample, label })),
        `read: label of sample 1 is ${label}, and must be the number of a class, 0 to 1`,
      );
    assert.equal(
      await refused((sample) => ({ ...sample, label: Number.NaN })),
      'read: label of sample 1 must be a number, and is NaN',
    );
  });

  test('too few or too many are refused', async () => {
    const gave = (count: number) =>
      fetchColumns(reading(data, { answer: (samples) => [...samples, ...samples].slice(0, count) }), ids);
    await assert.rejects(gave(2), { name: 'DataError', message: 'read was asked for 3 samples and gave 2' });
    for (const nothing of [undefined, null, 7])
      await assert.rejects(
        fetchColumns({ ...reading(data), read: async () => [{}, nothing, {}] as Sample[] }, ids),
        { name: 'DataError', message: 'read gave no sample 1' },
      );
    await assert.rejects(fetchColumns({ ...reading(data), read: async () => Array(3) }, ids), {
      message: 'read gave no sample 3',
    });
    await assert.rejects(gave(4), { name: 'DataError', message: 'read was asked for 3 samples and gave 4' });
  });
});
