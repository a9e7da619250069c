/** Images of several sizes in one batch: each is what it is in a batch by itself, bit for bit. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { aten, memory, scope, type Tensor } from '@retort/torch';
import { batchSizeFor } from '../evaluate/pass.ts';
import { batchOf } from '../tasks/index.ts';
import {
  cropFlip,
  type Dataset,
  type Drawing,
  type Fetched,
  fetchColumns,
  flip,
  type Renderings,
  randomResizedCrop,
  type Sample,
  type Transform,
} from './index.ts';

const sizes = [
  [9, 14],
  [20, 11],
  [12, 12],
  [31, 8],
] as const;

/** Noise: the pixels of a sample are no other's. */
function sample(id: number, [height, width]: readonly [number, number]): Sample {
  const pixels = Uint8Array.from(
    { length: height * width * 3 },
    (_, i) => (i * 73 + id * 41 + (i >> 3)) % 256,
  );
  return { image: { pixels, height, width }, label: id % 2 };
}

function dataOf(sizes: readonly (readonly [number, number])[]): Dataset {
  const samples = sizes.map((size, id) => sample(id, size));
  return {
    name: 'photos',
    size: samples.length,
    fields: {
      image: { kind: 'image', channels: 3, mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.5] },
      label: { kind: 'class', classes: ['a', 'b'] },
    },
    fingerprint: JSON.stringify(sizes),
    read: async (ids) => Array.from(ids, (id) => samples[id] ?? {}),
  };
}

const photos = dataOf(sizes);
const all = Int32Array.of(2, 0, 3, 1);
const drawing: Drawing = { seed: 3, epoch: 5, transforms: [cropFlip({ padding: 3 })] };
const renderings: Renderings = {
  student: { size: 8 },
  teacher: { size: 10, resize: 12, interpolation: 'bicubic', mean: 'imagenet' },
};

interface Shown {
  readonly student: Tensor;
  readonly teacher: Tensor;
}

/** What both sides are shown of some samples. */
function shownOf(data: Dataset, fetched: Fetched, drawing: Drawing, renderings?: Renderings): Shown {
  const { inputs } = batchOf(data, fetched, drawing, { renderings });
  const { student, teacher } = inputs;
  return { student: student.images as Tensor, teacher: teacher.images as Tensor };
}

async function alone(drawing: Drawing): Promise<Shown[]> {
  const one = Array.from(all, async (id) =>
    shownOf(photos, await fetchColumns(photos, Int32Array.of(id)), drawing, renderings),
  );
  return Promise.all(one);
}

const assertSame = (actual: Tensor, expected: Tensor): void => {
  assert.deepEqual(actual.shape, expected.shape);
  assert.ok(actual.equal(expected));
};

suite('images of several sizes in one batch', () => {
  test('are each what they are alone, on both sides', async () => {
    using fetched = await fetchColumns(photos, all);
    const together = shownOf(photos, fetched, drawing, renderings);
    const each = await alone(drawing);
    assert.deepEqual(
      [together.student.shape, together.teacher.shape],
      [
        [4, 3, 8, 8],
        [4, 3, 10, 10],
      ],
    );
    for (const side of ['student', 'teacher'] as const)
      assertSame(together[side], aten.cat(each.map((one) => one[side])));
    assert.deepEqual(together.student.stride(), [8 * 8 * 3, 1, 8 * 3, 3], 'in channels_last memory');
  });

  test('are seen whole where a transform has cropped them: no centre of a crop is cropped again', async () => {
    using fetched = await fetchColumns(photos, all);
    const cropped = { ...drawing, transforms: [randomResizedCrop({ size: 12 })] };
    const { student, teacher } = shownOf(photos, fetched, cropped, renderings);
    const { resize: _, ...whole } = renderings.teacher ?? {};
    const expected = shownOf(photos, fetched, cropped, { ...renderings, teacher: whole });
    assertSame(student, expected.student);
    assertSame(teacher, expected.teacher);
    const uncropped = shownOf(photos, fetched, drawing, { ...renderings, teacher: whole });
    assert.ok(!uncropped.teacher.equal(shownOf(photos, fetched, drawing, renderings).teacher));
  });

  test('are each what they are among others of their size', async () => {
    const alike = dataOf([
      [9, 14],
      [9, 14],
      [9, 14],
    ]);
    const mixed: Dataset = {
      ...alike,
      read: async (ids) =>
        (await alike.read?.(ids))?.map((one, i) => (i === 2 ? sample(7, [20, 11]) : one)) ?? [],
    };
    const ids = Int32Array.of(0, 1, 2);
    using one = await fetchColumns(alike, ids);
    using other = await fetchColumns(mixed, ids);
    const [among, several] = [one, other].map((fetched) => shownOf(alike, fetched, drawing, renderings));
    assert.ok(among && several);
    for (const side of ['student', 'teacher'] as const)
      assertSame(several[side].narrow(0, 0, 2), among[side].narrow(0, 0, 2));
  });

  test('are not of one size where nobody resizes them, which is said with the cure', async () => {
    using fetched = await fetchColumns(photos, all);
    assert.throws(() => scope(() => shownOf(photos, fetched, drawing)), {
      name: 'DataError',
      message:
        'photos, as the student is shown it: images of one batch are of 12x12 and 9x14 pixels, and must be of one size: ' +
        'have them resized (`input: { size: 224, resize: 256 }`), or changed by a transform that makes them one',
    });
    const teacherOnly = { student: { size: 8 } };
    assert.throws(() => scope(() => shownOf(photos, fetched, drawing, teacherOnly)), {
      message: /photos, as the teacher is shown it: images of one batch are of/,
    });
  });

  test('may be made one by a transform', async () => {
    const corner: Transform = {
      name: 'corner',
      options: {},
      draw: () => null,
      on: { image: (images) => images.narrow(1, 0, 8).narrow(2, 0, 8) },
    };
    using fetched = await fetchColumns(photos, all);
    const { student } = shownOf(photos, fetched, { ...drawing, transforms: [corner] });
    assert.deepEqual(student.shape, [4, 3, 8, 8]);
  });

  test('are turned where they are squares, the first turn of all of them first', async () => {
    const squares = dataOf([
      [9, 9],
      [12, 12],
    ]);
    const ids = Int32Array.of(0, 1);
    using fetched = await fetchColumns(squares, ids);
    const plain = shownOf(
      squares,
      fetched,
      { seed: 0, epoch: 0 },
      { student: { size: 8 }, teacher: { size: 8 } },
    );
    const { student } = shownOf(
      squares,
      fetched,
      { seed: 0, epoch: 0, turns: 4 },
      { student: { size: 8 }, teacher: { size: 8 } },
    );
    assert.deepEqual(student.shape, [8, 3, 8, 8]);
    assertSame(student.narrow(0, 0, 2), plain.student);
    assert.ok(student.narrow(0, 4, 2).allclose(plain.student.rot90(2, [2, 3]), { atol: 1e-5 }));
    using others = await fetchColumns(photos, all);
    assert.throws(() => scope(() => shownOf(photos, others, { ...drawing, turns: 4 }, renderings)), {
      message: /photos: images of 9x14 cannot be turned by quarters/,
    });
  });

  test('are turned as they are where each turn is then cropped by itself to one size', async () => {
    const cropped = (options: Parameters<typeof randomResizedCrop>[0], turns: number) => ({
      ...{ seed: 5, epoch: 1, turns },
      transforms: [flip(), randomResizedCrop({ size: 8, ...options })],
    });
    using fetched = await fetchColumns(photos, all);
    const { student } = shownOf(photos, fetched, cropped({}, 4), renderings);
    const plain = shownOf(photos, fetched, cropped({}, 1), renderings).student;
    assert.deepEqual(student.shape, [16, ...plain.shape.slice(1)]);
    assertSame(student.narrow(0, 0, 4), plain);
    const squares = dataOf([
      [9, 9],
      [12, 12],
    ]);
    using whole = await fetchColumns(squares, Int32Array.of(0, 1));
    const sides = { student: { size: 8 }, teacher: { size: 8 } };
    const turns = shownOf(squares, whole, cropped({ scale: [1, 1], ratio: [1, 1] }, 4), sides).student;
    const [upright, ...others] = [0, 1, 2, 3].map((turn) => turns.narrow(0, 2 * turn, 2));
    assert.ok(upright);
    // What is before the crop is drawn as for the upright image.
    for (const [i, other] of others.entries())
      assert.ok(other.allclose(upright.rot90(i + 1, [2, 3]), { atol: 0.05 }), `${i + 1} quarters`);
  });

  test('leave nothing behind, also where the teacher’s side is never looked at', async () => {
    using fetched = await fetchColumns(photos, all);
    const { handles } = memory();
    for (const looked of [false, true]) {
      scope(() => {
        const { inputs } = batchOf(photos, fetched, drawing, { renderings });
        if (looked) assert.deepEqual(inputs.teacher.images?.shape, [4, 3, 10, 10]);
      });
      assert.equal(memory().handles, handles);
    }
  });

  test('are none that would fill the memory when they are resized', async () => {
    const strip = dataOf([[1, 2000]]);
    using fetched = await fetchColumns(strip, Int32Array.of(0));
    const { student } = renderings;
    assert.throws(
      () =>
        scope(() =>
          shownOf(strip, fetched, { seed: 0, epoch: 0 }, { student: { ...student, size: 224, resize: 400 } }),
        ),
      { message: /an image of 1x2000 pixels, resized to 400x800000, has more than 178,956,970/ },
    );
  });
});

suite('how many images are evaluated at once', () => {
  const large = dataOf([
    [4, 4],
    [2048, 2048],
    [4, 4],
  ]);

  test('is bounded by the largest of them, which not the first need be', async () => {
    assert.equal(await batchSizeFor(large), 1);
    assert.equal(
      await batchSizeFor(
        dataOf([
          [4, 4],
          [512, 512],
        ]),
      ),
      3,
    );
  });

  test('counts less of what is only stored, where each side has it resized', async () => {
    assert.equal(await batchSizeFor(large, { student: { size: 224 } }), 3);
    assert.equal(await batchSizeFor(dataOf([[400, 500]]), { student: { size: 224 } }), 20);
    assert.equal(await batchSizeFor(large, { student: { size: 224 }, teacher: {} }), 1);
  });
});
