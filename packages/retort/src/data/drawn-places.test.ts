/** Boxes stay where the things are that they are around, whatever is drawn and whoever draws it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { fromBytes, scope, Tensor, tensor } from '@retort/torch';
import { colours, type MadePicture, madePictures, pixelsOf, writeCoco } from '../../reference/made-boxes.ts';
import { boxesIn, boxesOf, boxesOfTensor, type NamedBox } from './boxes.ts';
import { fetchColumns } from './collate.ts';
import { DataError, type Dataset } from './dataset.ts';
import type { Drawing } from './drawn.ts';
import { drawnTogether, drawnWithPlaces, misplaced } from './drawn-places.ts';
import { coco } from './formats/boxes/coco.ts';
import { TensorDataset } from './in-memory.ts';
import { render } from './render.ts';
import {
  centerCrop,
  colorJitter,
  cropFlip,
  flip,
  randomCrop,
  randomErasing,
  randomIouCrop,
  randomResizedCrop,
  resize,
  resizeShortest,
  scaleJitter,
  type Transform,
  threeAugment,
} from './transforms/index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-places-'));
after(() => fs.rmSync(top, { recursive: true }));

const boxesOfPicture = ({ rectangles }: MadePicture): NamedBox[] =>
  rectangles.map(({ label, ...box }, i) => ({
    ...{ ...box, class: label, area: box.width * box.height, ignored: 0, id: i + 1 },
  }));

/** The box around all pixels of a colour; null where there are none. @param least  of its own channel, from which a pixel is of it */
function seenBox(image: Tensor, label: number, least = 128): [number, number, number, number] | null {
  const [, height = 0, width = 0] = image.shape;
  const pixels = image.toFlatArray().map(Number);
  let [left, above, right, below] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((pixels[(y * width + x) * 3 + label] ?? 0) > least) {
        [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
        [above, below] = [Math.min(above, y), Math.max(below, y + 1)];
      }
  return right > 0 ? [left, above, right, below] : null;
}

/** @param slack  pixels that an edge may be off: half of one by rounding, one where bytes are resized to another size and blurred by it */
function assertInPlace(image: Tensor, boxes: readonly NamedBox[], slack: number, what: string): void {
  for (const { class: label, x, y, width, height } of boxes) {
    // What is left of less than a pixel or two may be of no colour any more.
    if (Math.min(width, height) < 3) continue;
    const seen = seenBox(image, label);
    assert.ok(seen, `${what}: there is nothing where a box is`);
    for (const [i, edge] of [x, y, x + width, y + height].entries())
      assert.ok(
        Math.abs(edge - (seen[i] ?? 0)) <= slack,
        `${what}: box ${[x, y, x + width, y + height]}, seen ${seen}`,
      );
  }
}

const transforms: readonly Transform[] = [
  flip(),
  resizeShortest({ shortest: [30, 60, 90], longest: 120 }),
  resizeShortest({ shortest: [50, 70], longest: 80, dialect: 'detectron2' }),
  scaleJitter({ size: 100, scale: [0.5, 1.5] }),
  randomCrop(),
  randomCrop({ kind: 'relative', size: [0.7, 0.8] }),
  randomCrop({ kind: 'absolute', size: [60, 50] }),
  randomCrop({ kind: 'absolute-range', size: [40, 70] }),
  randomIouCrop(),
  randomResizedCrop({ size: [64, 80], scale: [0.3, 1] }),
  resize({ size: [70, 50] }),
];

suite('boxes and what they are around', () => {
  test('stay together over 600 draws of every transform, and of lists of them', () => {
    // One thing to a picture, so that its pixels are its own.
    const pictures = madePictures(40, 5).flatMap((one) =>
      one.rectangles.length > 0 ? [{ ...one, rectangles: one.rectangles.slice(0, 1) }] : [],
    );
    let kept = 0;
    scope(() => {
      for (let i = 0; i < 600; i++) {
        const picture = pictures[i % pictures.length] as MadePicture;
        const { height, width } = picture;
        const chosen = i < 330 ? [i % 11] : [i % 11, (i * 7 + 3) % 11, (i * 5 + 1) % 11];
        const list = chosen.flatMap((place) => transforms[place] ?? []);
        const drawing: Drawing = { seed: 3, epoch: i, transforms: list };
        const image = fromBytes(pixelsOf(picture), 'uint8', [1, height, width, 3]);
        const drawn = drawnWithPlaces({ image, boxes: boxesOf(boxesOfPicture(picture)) }, i, drawing);
        const boxes = boxesIn(drawn.boxes ?? { rows: new Float64Array() });
        const [, high = 0, wide = 0] = drawn.image.shape;
        for (const { x, y, width, height, area } of boxes) {
          assert.ok(x >= 0 && y >= 0 && x + width <= wide + 1e-9 && y + height <= high + 1e-9);
          assert.ok(
            Math.abs(area - width * height) < 1e-6 * area,
            'the area of a rectangle is that of its box',
          );
        }
        // Each resize blurs an edge once more.
        const names = list.map(({ name }) => name);
        const resizes = names.filter((name) => /resize|jitter/.test(name)).length;
        const slack = resizes === 0 ? 1e-9 : 0.6 + 0.9 * resizes;
        assertInPlace(drawn.image, boxes, slack, `draw ${i}, ${names.join(', ')}`);
        kept += boxes.length;
      }
    });
    assert.ok(kept > 400, `only ${kept} boxes were left`);
  });

  test('a box that is left by an overlap has its centre in the part, and its part overlaps one by what is asked', () => {
    const [picture] = madePictures(1, 9) as [MadePicture];
    const { height, width } = picture;
    const size = [height, width] as const;
    const boxes = boxesOf(boxesOfPicture(picture));
    const crop = randomIouCrop({ overlaps: [0.3], scale: [0.2, 1] });
    const sizes = new Set<string>();
    for (let epoch = 0; epoch < 50; epoch++) {
      const image = fromBytes(pixelsOf(picture), 'uint8', [1, height, width, 3]);
      const drawn = drawnWithPlaces({ image, boxes }, 0, { seed: 1, epoch, transforms: [crop] });
      sizes.add(String(drawn.image.shape));
      assert.ok(boxesIn(drawn.boxes ?? boxes).length > 0);
    }
    assert.ok(sizes.size > 10);
    const none = drawnWithPlaces(
      { image: fromBytes(pixelsOf(picture), 'uint8', [1, ...size, 3]), boxes: boxesOf([]) },
      0,
      { seed: 1, epoch: 0, transforms: [crop] },
    );
    assert.deepEqual(none.image.shape, [1, height, width, 3], 'without boxes it stays');
    const image = fromBytes(pixelsOf(picture), 'uint8', [1, ...size, 3]);
    assert.throws(
      () => crop.on.image?.(image, [crop.draw({ words: () => [0, 0, 0, 0] })]),
      /is of images with boxes/,
    );
  });

  test('are drawn to the same numbers by the threads that read as here, and so is what is rendered', async () => {
    const { train } = await coco(
      await writeCoco(path.join(top, 'coco')),
      { workers: 2 },
      undefined,
      () => {},
    );
    const plain: Dataset = {
      ...{ name: train.name, size: train.size, fields: train.fields, fingerprint: '', draws: false },
      read: (ids) => train.read?.(ids) as never,
    };
    const ids = Int32Array.of(3, 0, 2);
    const renderings = { student: { shortest: 50, longest: 64 }, teacher: { shortest: 50, longest: 64 } };
    for (const list of [
      [flip(), randomIouCrop()],
      [resizeShortest({ shortest: [40, 50], longest: 90 }), randomCrop(), flip()],
      [],
    ]) {
      const drawing: Drawing = { seed: 2, epoch: 3, transforms: list, times: Int32Array.of(0, 1, 0) };
      const shown = async (data: Dataset, isRendered: boolean) => {
        const fetched = await fetchColumns(data, ids, { drawing, ...(isRendered && { renderings }) });
        const columns = drawnTogether(data, fetched.columns, ids, drawing, fetched.applied);
        const sides = render(data, columns, ids, drawing, renderings, { applied: list.length });
        assert.equal(sides.teacher, sides.student);
        const { images, sizes, originals } = sides.student;
        const { boxes } = columns;
        assert.ok(images && sizes && originals && boxes instanceof Tensor);
        return { images, sizes, originals, boxes };
      };
      const [here, there, rendered] = [
        await shown(plain, false),
        await shown(train, false),
        await shown(train, true),
      ];
      for (const other of [there, rendered])
        for (const [name, one] of Object.entries(here))
          assert.ok(one.equal(other[name as keyof typeof here]), `${name}, ${list.map(({ name }) => name)}`);
    }
  });

  test('of data in memory are drawn too, with masks, which have no class that was not there', () => {
    const [made] = madePictures(1, 4) as [MadePicture];
    const rectangles = made.rectangles.slice(0, 1);
    const picture = { ...made, rectangles };
    const { height, width } = picture;
    const mask = new Uint8Array(height * width);
    for (const { label, x, y, width: w, height: h } of rectangles)
      for (let row = y; row < y + h; row++) mask.fill(label + 1, row * width + x, row * width + x + w);
    const data = new TensorDataset(
      'memory',
      {
        image: { kind: 'image', channels: 3, mean: [0, 0, 0], std: [1, 1, 1] },
        boxes: { kind: 'boxes', classes: ['a', 'b', 'c'], most: rectangles.length },
        mask: { kind: 'mask', classes: ['nothing', ...colours.map(([name]) => name)] },
      },
      {
        image: tensor(pixelsOf(picture), { shape: [1, height, width, 3] }),
        boxes: tensor(boxesOf(boxesOfPicture(picture)).rows, { shape: [1, rectangles.length, 8] }),
        mask: tensor(mask, { shape: [1, height, width, 1] }),
      },
    );
    const ids = Int32Array.of(0);
    const list = [
      flip({ p: 1 }),
      resize({ size: [2 * height, width] }),
      randomCrop({ kind: 'relative', size: [0.9, 0.9] }),
    ];
    const drawing: Drawing = { seed: 0, epoch: 0, transforms: list };
    const drawn = drawnTogether(data, data.gather(ids), ids, drawing);
    const { boxes, image, mask: masks } = drawn as { boxes: Tensor; image: Tensor[]; mask: Tensor[] };
    const [shown, classes] = [image[0] as Tensor, masks[0] as Tensor];
    assert.deepEqual(classes.shape.slice(0, 3), shown.shape.slice(0, 3));
    const found = boxesIn(boxesOfTensor(boxes)[0] ?? { rows: new Float64Array() });
    assertInPlace(shown, found, 1.5, 'in memory');
    const kinds = new Set(classes.toFlatArray().map(Number));
    assert.deepEqual(
      [...kinds].sort(),
      [...new Set([0, ...rectangles.map(({ label }) => label + 1)])].sort(),
    );
  });
});

suite('transforms of data with boxes', () => {
  const data = { name: 'x', fields: { boxes: { kind: 'boxes', classes: ['a'], most: 1 } } } as const;

  test('say what becomes of boxes, or are refused', () => {
    for (const ours of [...transforms, colorJitter(), threeAugment(), randomErasing()])
      assert.equal(misplaced(ours, data), null, ours.name);
    for (const other of [cropFlip(), centerCrop({ size: 3 })])
      assert.match(
        misplaced(other, data) ?? '',
        /does not say what becomes of boxes \(`on.boxes`\)/,
        other.name,
      );
    const own: Transform = { name: 'own', options: {}, draw: () => null, on: { image: (images) => images } };
    const columns = { image: [], boxes: tensor(new Float64Array(8), { shape: [1, 1, 8] }) };
    assert.throws(
      () =>
        drawnTogether({ ...data, size: 1, fingerprint: '' }, columns, Int32Array.of(0), {
          ...{ seed: 0, epoch: 0, transforms: [own] },
        }),
      (error) => error instanceof DataError && /^x: own does not say/.test(error.message),
    );
  });

  test('of images without boxes leave a batch of one size, or say that they do not', () => {
    const images = fromBytes(new Uint8Array(2 * 20 * 30 * 3), 'uint8', [2, 20, 30, 3]);
    const shape = (transform: Transform): readonly number[] => {
      const drawn = [0, 1].map((word) =>
        transform.draw({ words: () => [word * 2 ** 31, word * 2 ** 31, word * 2 ** 31, 7] }),
      );
      return transform.on.image?.(images, drawn).shape ?? [];
    };
    assert.deepEqual(shape(randomCrop({ kind: 'absolute', size: [10, 12] })), [2, 10, 12, 3]);
    assert.throws(() => shape(randomCrop()), /are of no one size/);
    assert.deepEqual(shape(resizeShortest({ shortest: 10 })), [2, 10, 15, 3]);
    assert.throws(
      () => shape(resizeShortest({ shortest: [10, 20] })),
      /must be of one size unless they have boxes/,
    );
    assert.throws(() => shape(scaleJitter()), /only where they have boxes/);
  });

  test('are held to their options', () => {
    assert.throws(
      () => randomCrop({ kind: 'relative', size: [0.5, 2] }),
      /must be shares above 0 and at most 1/,
    );
    assert.throws(() => randomCrop({ kind: 'absolute' }), /must be whole numbers of pixels/);
    assert.throws(
      () => randomCrop({ kind: 'absolute-range', size: [9, 3] }),
      /the least and the most, in this order/,
    );
    assert.throws(() => randomIouCrop({ scale: [0.5, 2] }), /at most 1/);
    assert.throws(() => resizeShortest({ shortest: [] }));
  });
});
