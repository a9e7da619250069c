import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Tensor, tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import {
  checkDataset,
  DataError,
  type Dataset,
  fetchColumns,
  holdOut,
  type ImageKind,
  imagesOf,
  inMemory,
  oneTensorEach,
  subset,
  TensorDataset,
} from './index.ts';

const small = inMemory({
  images: Uint8Array.from({ length: 4 * 6 * 5 * 3 }, (_, i) => (i * 37) % 256),
  labels: [0, 1, 1, 0],
  height: 6,
  width: 5,
  channels: 3,
  classes: ['a', 'b'],
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.25, 0.5],
});

suite('a subset', () => {
  test('keeps images with their labels', () => {
    const part = subset(small, Int32Array.from([2, 3]));
    assert.ok(part instanceof TensorDataset);
    assert.deepEqual([part.size, part.column('label').toFlatArray()], [2, [1n, 0n]]);
    assert.deepEqual(part.column('image').select(0, 0).toList(), small.column('image').select(0, 2).toList());
  });

  test('of a data set of one’s own reads the same, and is another where its samples are', async () => {
    const ids = Int32Array.of(5, 2, 7);
    const [own, other] = [subset(reading(halves(8)), ids), subset(reading(halves(8)), Int32Array.of(5, 2))];
    using fetched = await fetchColumns(own, Int32Array.of(2, 0));
    using held = await fetchColumns(halves(8), Int32Array.of(7, 5));
    for (const field of ['image', 'label'])
      assert.deepEqual(
        oneTensorEach(fetched.columns)[field]?.toList(),
        oneTensorEach(held.columns)[field]?.toList(),
      );
    assert.deepEqual(own.column?.('label').toFlatArray(), [1n, 0n, 1n]);
    assert.equal(own.fingerprint, subset(reading(halves(8)), ids).fingerprint);
    assert.notEqual(own.fingerprint, other.fingerprint);
  });
});

suite('what is no data set is refused in a sentence:', () => {
  const given = {
    images: new Uint8Array(8),
    labels: [0, 1],
    height: 2,
    width: 2,
    channels: 1,
    classes: ['a', 'b'],
    mean: [0],
    std: [1],
  };

  test('pixels and labels in memory that do not fit', () => {
    assert.equal(inMemory(given).size, 2);
    assert.throws(
      () => inMemory({ ...given, images: new Uint8Array(7) }),
      /need 8 bytes of pixels, there are 7/,
    );
    assert.throws(() => inMemory({ ...given, labels: [0, 2] }), /label of sample 1 is 2/);
    assert.throws(() => inMemory({ ...given, mean: [] }), /each of the 1 channels/);
    assert.throws(() => inMemory({ ...given, labels: [], images: new Uint8Array(0) }), DataError);
    assert.throws(() => inMemory({ ...given, images: new Float32Array(given.images.length) as never }), {
      message: 'in memory: images must be a Uint8Array of pixels in 0..255',
    });
    assert.deepEqual(
      inMemory({ ...given, labels: BigInt64Array.of(0n, 1n) })
        .column('label')
        .toList(),
      [0n, 1n],
    );
  });

  const image = imagesOf(small);
  const [labels, images] = [small.column('label'), small.column('image')];
  const refused = (make: () => unknown, message: string) =>
    assert.throws(make, { name: 'DataError', message: message.replaceAll('small', small.name) });

  test('mean and deviation of pixels in 0..255, and none, also where it was put together by hand', () => {
    const cure = 'they are of pixels in [0, 1]: divide those of pixels in 0..255 by 255';
    const wrong: readonly (readonly [Partial<ImageKind>, string])[] = [
      [{ mean: [127.5, 0, 0] }, `small: the mean of channel 0 is 127.5, and must be within 0 and 1; ${cure}`],
      [
        { mean: [0, Number.NaN, 0] },
        `small: the mean of channel 1 is NaN, and must be within 0 and 1; ${cure}`,
      ],
      [
        { std: [0, 1, 1] },
        `small: the standard deviation of channel 0 is 0, and must be above 0 and at most 1; ${cure}`,
      ],
      [
        { std: [1, 1, 63] },
        `small: the standard deviation of channel 2 is 63, and must be above 0 and at most 1; ${cure}`,
      ],
    ];
    for (const [other, message] of wrong) {
      const fields = { ...small.fields, image: { ...image, ...other } };
      refused(() => new TensorDataset(small.name, fields, small.columns), message);
      const own: Dataset = { ...reading(halves(4)), name: small.name, fields };
      refused(() => checkDataset(own), message);
    }
  });

  test('columns that are not what the fields say', () => {
    const holding = (label: Tensor | undefined, pixels = images) =>
      new TensorDataset(small.name, small.fields, { image: pixels, ...(label && { label }) });
    const labelled = (given: readonly number[]) =>
      holding(tensor(Int32Array.from({ length: small.size }, (_, i) => given[i] ?? 0)).to('int64'));
    refused(
      () => labelled([0, -100]),
      'small: the label of sample 1 is -100, and must be 0 to 1 (there are 2 classes)',
    );
    refused(
      () => labelled([99, 0, -1]),
      'small: the label of sample 0 is 99, and must be 0 to 1 (there are 2 classes); 2 samples have such labels',
    );
    refused(() => holding(labels.to('int32')), 'small: label must be int64 [4], and is int32 [4]');
    refused(
      () => holding(labels, images.to('float32')),
      'small: image must be uint8 [4, H, W, 3], and is float32 [4, 6, 5, 3]',
    );
    refused(
      () => holding(labels, images.narrow(3, 0, 1)),
      'small: image must be uint8 [4, H, W, 3], and is uint8 [4, 6, 5, 1]',
    );
    refused(() => holding(labels.narrow(0, 0, 3)), 'small: label must be int64 [4], and is int64 [3]');
    refused(() => holding(undefined), 'small: label must be int64 [4], and is missing');
    assert.throws(() => small.column('mask'), {
      name: 'DataError',
      message: `${small.name} has no field 'mask'`,
    });
  });

  test('one of one’s own without samples, without `read`, without classes', () => {
    const own = reading(halves(4));
    const { read: _, ...unread } = own;
    const checked = (data: object, message: string) =>
      assert.throws(() => checkDataset(data as Dataset), { name: 'DataError', message });
    checked({ ...own, size: 0 }, 'read: there are no samples');
    checked({ ...own, size: 1.5 }, 'read: there are no samples');
    checked({ ...own, name: undefined }, 'a data set needs a `name`, by which messages call it');
    checked(
      { ...own, fields: undefined },
      'read: a data set needs `fields`, the kind of each field of a sample by its name',
    );
    checked(
      { ...own, fingerprint: undefined },
      'read: a data set needs a `fingerprint`, a text that is another one where any sample is another',
    );
    checked(unread, 'read: a data set needs `read`, by which its samples are had');
    checked(
      { ...own, fields: { ...own.fields, label: { kind: 'class', classes: [] } } },
      'read: label has no classes',
    );
    assert.throws(() => imagesOf({ ...own, fields: { label: { kind: 'class', classes: ['a'] } } }), {
      message: 'read has no images, and must have one: its fields are label',
    });
    assert.throws(() => imagesOf({ ...own, fields: { ...own.fields, second: imagesOf(own) } }), {
      message: 'read has 2 images to a sample, and must have one: its fields are image, label, second',
    });
  });
});

test('nothing is held out where a split to choose by is there already', () => {
  const [train, validation, test] = [halves(10), halves(4, 1), halves(4, 2)];
  const splits = { train, test, source: 'made up' };
  assert.equal(holdOut(splits, 4, { seed: 0 }).validation?.size, 4);
  assert.throws(
    () => holdOut({ ...splits, validation }, 4, { seed: 0 }),
    new DataError(
      'in memory comes with a split to choose by, in memory: hold nothing out of its training samples',
    ),
  );
});
