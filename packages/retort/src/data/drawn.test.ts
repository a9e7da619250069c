/** What threads that read do of a drawing is what this thread would have done, to the bit. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { getNumThreads, scope, type Tensor } from '@retort/torch';
import sharp from 'sharp';
import { batchOf } from '../tasks/index.ts';
import {
  autoAugment,
  centerCrop,
  colorJitter,
  cropFlip,
  type Dataset,
  type Drawing,
  fetchColumns,
  flip,
  imageFolder,
  type Renderings,
  randAugment,
  randomErasing,
  randomResizedCrop,
  resize,
  subset,
  type Transform,
  threeAugment,
} from './index.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-drawn-'));
after(() => fs.rmSync(folder, { recursive: true }));

const sizes = [
  [40, 60],
  [71, 50],
  [64, 64],
  [90, 130],
] as const;
for (const [i, [height, width]] of sizes.entries())
  for (const place of ['train/a', 'val/a']) {
    const pixels = Uint8Array.from(
      { length: height * width * 3 },
      (_, at) => (at * (31 + i) + (at >> 7) * 17) % 256,
    );
    fs.mkdirSync(path.join(folder, place), { recursive: true });
    const image = sharp(pixels, { raw: { height, width, channels: 3 } }).blur(2);
    const bytes = await (i === 2 ? image.png() : image.jpeg({ quality: 90 })).toBuffer();
    fs.writeFileSync(path.join(folder, place, `${i}.${i === 2 ? 'png' : 'jpg'}`), bytes);
  }

const all = Int32Array.of(2, 0, 3, 1);
const { train } = await imageFolder(folder, { workers: 2 });
const fast = (await imageFolder(folder, { workers: 2, decode: 'fast' })).train;

/** The same where the threads do nothing but decode. */
const plain: Dataset = {
  ...train,
  fields: train.fields,
  fingerprint: '',
  read: (ids) => train.read?.(ids) as never,
  draws: false,
};

interface Shown {
  readonly student: Tensor;
  readonly teacher: Tensor;
}

async function shown(
  data: Dataset,
  drawing: Drawing,
  renderings?: Renderings,
  isEvaluation = false,
): Promise<Shown & { applied: number }> {
  const fetched = await fetchColumns(data, all, { drawing, ...(isEvaluation && { renderings }) });
  const { inputs } = batchOf(data, fetched, drawing, { renderings });
  const { student, teacher } = inputs;
  return { student: student.images as Tensor, teacher: teacher.images as Tensor, applied: fetched.applied };
}

const drawing = (transforms: readonly Transform[], turns = 1): Drawing => ({
  seed: 3,
  epoch: 5,
  view: 1,
  transforms,
  turns,
});

/** As a program may have it: not one that can be made anew elsewhere. */
const own: Transform = { ...flip(), name: 'own' };

const lists: Readonly<Record<string, { transforms: readonly Transform[]; applied: number }>> = {
  'of a photograph': {
    transforms: [randomResizedCrop({ size: 48, interpolation: 'random' }), flip()],
    applied: 2,
  },
  'with RandAugment and erasing': {
    transforms: [
      randomResizedCrop({ size: 48 }),
      flip(),
      randAugment({ policy: 'rand-m9-mstd0.5-inc1-n4-p1' }),
      randomErasing({ p: 1 }),
    ],
    applied: 4,
  },
  'of torchvision’s': {
    transforms: [
      resize({ size: 50 }),
      centerCrop({ size: 44 }),
      colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 }),
      autoAugment(),
    ],
    applied: 4,
  },
  'of DeiT III': { transforms: [resize({ size: [40, 44] }), threeAugment(), cropFlip()], applied: 3 },
  'with a program’s own in the middle': {
    transforms: [randomResizedCrop({ size: 48 }), own, randAugment()],
    applied: 1,
  },
  'with a program’s own at the beginning': { transforms: [own, randomResizedCrop({ size: 48 })], applied: 0 },
};

suite('threads draw what this one would, to the bit:', () => {
  const renderings: Renderings = { teacher: { size: 56, interpolation: 'bicubic', mean: 'inception' } };
  for (const [name, { transforms, applied }] of Object.entries(lists))
    test(`a list ${name}`, async () => {
      const expected = await shown(plain, drawing(transforms), renderings);
      assert.equal(expected.applied, 0);
      // Again: the second is written where the first was.
      for (let round = 0; round < 3; round++) {
        const found = await shown(train, drawing(transforms), renderings);
        assert.equal(found.applied, applied);
        for (const side of ['student', 'teacher'] as const) {
          assert.deepEqual(found[side].shape, expected[side].shape);
          assert.deepEqual(found[side].stride(), expected[side].stride());
          assert.ok(found[side].equal(expected[side]), `${side}, ${round}`);
        }
      }
    });

  test('of a part of a data set, by the part’s numbers', async () => {
    const ids = Int32Array.of(3, 1, 0, 2);
    const transforms = [randomResizedCrop({ size: 48 })];
    const [found, expected] = await Promise.all(
      [train, plain].map((data) => shown(subset(data, ids), drawing(transforms))),
    );
    assert.ok(found && expected && found.applied === 1 && found.student.equal(expected.student));
  });

  test('and leave images alone that are to be turned', async () => {
    const transforms = [resize({ size: [48, 48] }), cropFlip()];
    const [found, expected] = await Promise.all(
      [train, plain].map((data) => shown(subset(data, Int32Array.of(2, 2, 2, 2)), drawing(transforms, 4))),
    );
    assert.ok(found && expected && found.applied === 0 && found.student.equal(expected.student));
  });

  test('also as a network is shown images in an evaluation, where both sides are one', async () => {
    for (const interpolation of ['bilinear', 'bicubic'] as const) {
      const side = { size: 44, resize: 50, interpolation, mean: 'inception' } as const;
      const renderings = { student: side, teacher: side };
      const expected = await shown(plain, drawing([]), renderings);
      const found = await shown(train, drawing([]), renderings, true);
      assert.deepEqual(found.student.stride(), expected.student.stride());
      assert.ok(found.student.equal(expected.student));
      assert.equal(found.student, found.teacher);
      const others = { student: side, teacher: { size: 30 } };
      const [one, other] = [
        await shown(train, drawing([]), others, true),
        await shown(plain, drawing([]), others),
      ];
      assert.ok(one.student.equal(other.student) && one.teacher.equal(other.teacher));
    }
  });

  test('and how many threads an operator has here stays', async () => {
    const before = getNumThreads();
    await shown(train, drawing([flip(), resize({ size: [40, 40] })]));
    assert.equal(getNumThreads(), before);
  });

  test('and say which image a transform cannot change, and how wide none can be rendered', async () => {
    const side = { size: 60, resize: 50 };
    await assert.rejects(shown(train, drawing([]), { student: side, teacher: side }, true), {
      name: 'DataError',
      message: /as the student is shown it: of images resized to 50 the centre is cropped/,
    });
  });
});

suite('decoded fast,', () => {
  test('images are other data', () => {
    assert.equal(fast.fingerprint, `${train.fingerprint}, decoded fast`);
  });

  test('a part that is not shown smaller than a half has the same bits', async () => {
    const transforms = [randomResizedCrop({ size: 48, interpolation: 'random' }), flip(), randAugment()];
    const [found, expected] = [
      await shown(fast, drawing(transforms)),
      await shown(train, drawing(transforms)),
    ];
    assert.ok(found.student.equal(expected.student));
  });

  test('what is evaluated is within a byte and a half of the same, where it is not shrunk', async () => {
    const side = { size: 40, resize: 46, mean: [0, 0, 0], std: [1, 1, 1] };
    const renderings = { student: side, teacher: side };
    const of = (data: Dataset) =>
      shown(subset(data, Int32Array.of(0, 1, 2, 0)), drawing([]), renderings, true);
    const [found, expected] = [await of(fast), await of(train)];
    scope(() => {
      const apart = Number(found.student.sub(expected.student).abs().max().item()) * 255;
      assert.ok(apart > 0 && apart <= 1.5, String(apart));
    });
  });

  test('what is shrunk is near', async () => {
    const side = { size: 16, mean: [0, 0, 0], std: [1, 1, 1] };
    const renderings = { student: side, teacher: side };
    const [found, expected] = [
      await shown(fast, drawing([]), renderings, true),
      await shown(train, drawing([]), renderings, true),
    ];
    scope(() => {
      const apart = Number(found.student.sub(expected.student).abs().mean().item()) * 255;
      assert.ok(apart > 0 && apart < 6, String(apart));
    });
  });
});
