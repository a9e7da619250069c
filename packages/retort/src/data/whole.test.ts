/** Images with boxes as torchvision's and detectron2's detectors are shown them, and boxes as images change. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { scope, type Tensor, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../../../torch/reference/load.ts';
import { boxesIn, boxesOf, boxesOfTensor, noBoxes } from './boxes.ts';
import { DataError, type Dataset } from './dataset.ts';
import { TensorDataset } from './in-memory.ts';
import { normalisations } from './normalisation.ts';
import { fullRendering, type Rendering, render } from './render.ts';
import type { Boxes, Fields } from './sample.ts';
import { groupOf } from './shape-groups.ts';
import { croppedBoxes, mirroredBoxes, scaledBoxes } from './transforms/boxes-moved.ts';
import { type Dialect, shortestSize } from './transforms/shortest.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'boxes.safetensors');
const bounds = { shortest: 44, longest: 70 };

const numbers = (of: Tensor): number[] => of.toFlatArray().map(Number);
const rowsOf = (of: Tensor): number[][] => {
  const [count = 0, width = 0] = of.shape;
  const all = numbers(of);
  return Array.from({ length: count }, (_, i) => all.slice(i * width, (i + 1) * width));
};

const fields: Fields = {
  image: { kind: 'image', channels: 3, ...normalisations.imagenet, anySize: true },
  boxes: { kind: 'boxes', classes: ['a', 'b'], most: 2 },
};
const pictures: Dataset = {
  ...{ name: 'pictures', size: 2, fields, fingerprint: 'pictures' },
  read: async () => [],
};
const columns = {
  image: [0, 1].map((i) => reference(`image.${i}`).unsqueeze(0)),
  boxes: tensor(new Float64Array(32), { shape: [2, 2, 8] }),
};
const shown = (student: Rendering, teacher: Rendering = student) =>
  render(pictures, columns, Int32Array.of(0, 1), { seed: 0, epoch: 0 }, { student, teacher });

suite('images that are seen whole', () => {
  test('have the sizes of torchvision and of detectron2, exactly', () => {
    const rows = rowsOf(reference('sizes'));
    assert.ok(rows.length > 200);
    for (const [height = 0, width = 0, shortest = 0, longest = 0, ...wanted] of rows)
      for (const [i, dialect] of (['torchvision', 'detectron2'] as Dialect[]).entries())
        assert.deepEqual(
          shortestSize([height, width], { shortest, longest }, dialect),
          wanted.slice(2 * i, 2 * i + 2),
          `${dialect}: ${height}x${width} by ${shortest} and ${longest}`,
        );
    assert.throws(
      () => shortestSize([3, 4000], { shortest: 13_000, longest: 1_000_000 }, 'torchvision'),
      /an image of 3x4000 pixels, resized to .* has more than/,
    );
  });

  test('have the pixels of torchvision’s GeneralizedRCNNTransform, padded to a multiple of 32', () =>
    scope(() => {
      const { student, teacher } = shown(bounds);
      assert.equal(teacher, student, 'one object where both want the same');
      const { images, sizes, originals } = student;
      assert.ok(images && sizes && originals);
      assertClose(images, reference('torchvision.images'), 1e-5, 'images');
      assert.deepEqual(numbers(sizes), numbers(reference('torchvision.sizes')));
      assert.deepEqual(numbers(originals), [37, 53, 90, 50]);
      assert.ok(images.permute([0, 2, 3, 1]).isContiguous(), 'channels last');
    }));

  test('have the pixels of detectron2, blue first and resized by Pillow, but for one of 255 by which libtorch rounds otherwise', () =>
    scope(() => {
      const mean = [103.53, 116.28, 123.675].map((value) => value / 255);
      const std = [57.375, 57.12, 58.395].map((value) => value / 255);
      const { images, sizes } = shown({ ...bounds, dialect: 'detectron2', order: 'bgr', mean, std }).student;
      assert.ok(images && sizes);
      const all = numbers(sizes);
      for (const i of [0, 1]) {
        const [height = 0, width = 0] = all.slice(2 * i, 2 * i + 2);
        const wanted = reference(`detectron2.${i}`);
        assert.deepEqual(wanted.shape, [3, height, width]);
        const off = images.select(0, i).narrow(1, 0, height).narrow(2, 0, width).sub(wanted).abs();
        assert.ok(Number(off.max().item()) <= 1.01 / 57, `off by ${off.max().item()}`);
        assert.ok(Number(off.mean().item()) < 0.05 / 57, `off by ${off.mean().item()} on average`);
        const beside: Tensor = images.select(0, i).narrow(1, height, images.size(2) - height);
        assert.equal(Number(beside.abs().sum().item()), 0, 'zeros below');
      }
    }));

  test('of two sides that differ, the teacher’s are rendered when they are looked at, of the same draw', () =>
    scope(() => {
      const sides = shown(bounds, { shortest: 20, longest: 30, order: 'bgr' });
      const { sizes, originals, images } = sides.teacher;
      assert.ok(sizes && originals && images);
      assert.deepEqual(numbers(originals), numbers(sides.student.originals as Tensor));
      assert.deepEqual(numbers(sizes), [20, 28, 30, 16]);
      // A name of colours is turned round with them.
      assert.deepEqual(
        fullRendering(
          { ...normalisations.imagenet, kind: 'image', channels: 3, whole: true },
          { order: 'bgr' },
        ).mean,
        normalisations.imagenet.mean.toReversed(),
      );
    }));

  test('are rendered by keys of their own, and other images not by these', () => {
    const square = { kind: 'image', channels: 3, ...normalisations.imagenet } as const;
    assert.throws(
      () => fullRendering(square, { shortest: 3 }),
      (error) => {
        assert.ok(error instanceof DataError);
        return /`shortest` is of images with boxes/.test(error.message);
      },
    );
    assert.throws(
      () => fullRendering({ ...square, whole: true }, { size: 224 }),
      /`size` is of images that are made square, and those with boxes are seen whole: say `shortest`/,
    );
    assert.deepEqual(fullRendering({ ...square, whole: true }).whole, {
      ...{ shortest: 800, longest: 1333, pad: 32, dialect: 'torchvision', order: 'rgb' },
    });
    assert.equal(fullRendering(square).whole, undefined);
  });

  test('cannot be turned or mixed, and not be shown in half a pixel', () => {
    const drawn = (drawing: object, student: Rendering = bounds) =>
      render(pictures, columns, Int32Array.of(0, 1), { seed: 0, epoch: 0, ...drawing }, { student });
    assert.throws(() => drawn({ turns: 4 }), /pictures: images with boxes cannot be turned/);
    assert.throws(
      () => drawn({}, { ...bounds, pad: 0.5 }),
      /images are resized to 0.5, and that must be a whole number/,
    );
  });
});

suite('boxes', () => {
  const before = rowsOf(reference('boxes'));
  const boxes: Boxes = boxesOf(
    before.map(([x = 0, y = 0, width = 0, height = 0], i) => ({
      ...{ x, y, width, height, class: 0, area: width * height, ignored: 0, id: i + 1 },
    })),
  );
  const near = (found: Boxes, wanted: string): void => {
    const rows = rowsOf(reference(wanted));
    const kept = rows.flatMap((row, i) => (row.some((value) => value !== 0) ? [{ row, id: i + 1 }] : []));
    const all = boxesIn(found);
    assert.deepEqual(
      all.map(({ id }) => id),
      kept.map(({ id }) => id),
    );
    for (const [i, { x, y, width, height, area }] of all.entries()) {
      for (const [column, value] of [x, y, width, height].entries())
        assert.ok(Math.abs(value - (kept[i]?.row[column] ?? 0)) < 1e-5, `${wanted}, box ${i}`);
      assert.ok(Math.abs(area - width * height) < 1e-9 * Math.max(1, area), 'an area is of its box here');
    }
  };

  test('are mirrored, resized and cropped as torchvision does', () => {
    near(mirroredBoxes(boxes, 53), 'flipped');
    near(scaledBoxes(boxes, [37, 53], [64, 91]), 'resized');
    near(croppedBoxes(boxes, { top: 5, left: 7, height: 20, width: 30 }), 'cropped');
    assert.deepEqual(mirroredBoxes(noBoxes, 5), noBoxes);
  });

  test('are in images whose shapes are grouped as torchvision groups them', () => {
    assert.deepEqual(numbers(reference('shapes')).map(groupOf), numbers(reference('groups')));
  });

  test('lie in memory as rows, and are held to their classes and number', () => {
    const rows = new Float64Array(16).fill(0);
    rows.set([1, 2, 3, 4, 1, 12, 0, 7]);
    rows[12] = -1;
    const image = tensor(new Uint8Array(5 * 5 * 3), { shape: [1, 5, 5, 3] });
    const data = new TensorDataset('made', fields, { image, boxes: tensor(rows, { shape: [1, 2, 8] }) });
    assert.deepEqual(boxesOfTensor(data.column('boxes')), [{ rows: rows.slice(0, 8) }]);
    assert.throws(
      () => new TensorDataset('made', fields, { image, boxes: tensor(rows, { shape: [2, 8] }) }),
      /made: boxes must be float64 \[1, 2, 8\], and is float64 \[2, 8\]/,
    );
  });
});
