import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tensor } from '@retort/torch';
import { fetchColumns } from './collate.ts';
import { oneTensorEach } from './columns.ts';
import { DamagedImageError, type Dataset } from './dataset.ts';
import type { Ahead } from './drawn.ts';
import { holdOut } from './hold-out.ts';
import { subset } from './subset.ts';
import { flip } from './transforms/flip.ts';

const labels = Int32Array.from({ length: 40 }, (_, id) => id % 2);

/** Images of one pixel, which is their number, and the draws that they were asked for with. */
function photos(isDamaged: (id: number, epoch: number) => boolean): {
  readonly data: Dataset;
  readonly asked: (Ahead | undefined)[];
} {
  const asked: (Ahead | undefined)[] = [];
  const data: Dataset = {
    name: 'photos',
    size: labels.length,
    fields: {
      image: { kind: 'image', channels: 1, mean: [0], std: [1] },
      label: { kind: 'class', classes: ['even', 'odd'] },
    },
    fingerprint: 'photos',
    draws: true,
    column: () => tensor(labels).to('int64'),
    read: async (ids, ahead) => {
      asked.push(ahead);
      return Array.from(ids, (id) =>
        isDamaged(id, ahead?.epoch ?? 0)
          ? new DamagedImageError(`${id} is cut off`)
          : { image: { pixels: Uint8Array.of(id), height: 1, width: 1 }, label: labels[id] ?? 0 },
      );
    },
  };
  return { data, asked };
}

const of = (...ids: number[]): Int32Array => Int32Array.of(...ids);

async function shown(data: Dataset, ids: Int32Array, epoch = 0, standIns: 'class' | 'none' = 'class') {
  const drawing = { seed: 3, epoch, transforms: [flip()] };
  using fetched = await fetchColumns(data, ids, { drawing, standIns });
  const { image, label } = oneTensorEach(fetched.columns);
  const [images, classes] = [image, label].map((one) => one?.toFlatArray().map(Number) ?? []);
  return { ids: [...fetched.ids], images, classes, standIns: fetched.standIns };
}

suite('a stand-in', () => {
  test('is the next whole image of the class, and after the last the first', async () => {
    const { data } = photos((id) => [4, 6, 39].includes(id));
    assert.deepEqual(await shown(data, of(4, 39, 7, 6)), {
      ids: [4, 39, 7, 6],
      images: [8, 1, 7, 8],
      classes: [0, 1, 1, 0],
      standIns: [0, 1, 3],
    });
  });

  test('is changed as the one that it stands in for is drawn', async () => {
    const { data, asked } = photos((id) => id === 4);
    await shown(data, of(2, 4), 5);
    const [first, second] = asked;
    assert.equal(second?.epoch, 5);
    assert.deepEqual(
      [first, second].map((ahead) => [...(ahead?.samples ?? [])]),
      [[2, 4], [4]],
    );
  });

  test('is none of those that are held out, whichever are damaged', async () => {
    for (let gone = 0; gone < labels.length; gone++) {
      const { data } = photos((id) => id === gone);
      const { train, validation = assert.fail() } = holdOut({ train: data, test: data, source: '' }, 0.5, {
        seed: 1,
      });
      const all = Int32Array.from({ length: 20 }, (_, place) => place);
      const { ids, images, standIns } = await shown(train, all);
      const held = await shown(validation, all, 0, 'none');
      assert.equal(ids.length, 20);
      assert.equal(standIns.length + 20 - held.ids.length, 1);
      assert.deepEqual(
        images?.filter((image) => held.images?.includes(image)),
        [],
        `${gone} is damaged`,
      );
    }
  });

  test('is looked for among the chosen alone, of which a class may have none that is whole', async () => {
    const { data } = photos((id) => id === 4);
    await assert.rejects(shown(subset(data, of(1, 4, 3)), of(0, 1)), {
      name: 'DataError',
      message: "photos: not one of its images of the class 'even' can be decoded",
    });
  });

  test('is shown by the draw alone, not by what was damaged in the draws before', async () => {
    const { data } = photos((id, epoch) => id === 0 && epoch === 1);
    for (const [epoch, image] of [0, 2, 0].entries()) {
      assert.deepEqual((await shown(data, of(0), epoch)).images, [image], `epoch ${epoch}`);
      assert.equal((await shown(data, of(0, 1), epoch, 'none')).ids.length, image === 0 ? 2 : 1);
    }
  });
});
