import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { memory, scope, type Tensor, tensor } from '@retort/torch';
import { loadReference } from '../../../torch/reference/load.ts';
import { columnsOf } from '../../reference/columns.ts';
import { imagesIn, makeBatch, target } from '../tasks/index.ts';
import {
  cropFlip,
  type Dataset,
  type Drawing,
  type Inputs,
  imagesOf,
  inMemory,
  mapSides,
  type Rendering,
  type Renderings,
  type Transform,
} from './index.ts';
import { draw } from './philox.ts';

/** Images whose pixels say where they are: image, row, column and channel in one byte each way. */
const height = 6;
const width = 5;
const small = inMemory({
  images: Uint8Array.from({ length: 4 * height * width * 3 }, (_, i) => (i * 37) % 256),
  labels: [0, 1, 1, 0],
  height,
  width,
  channels: 3,
  classes: ['a', 'b'],
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.25, 0.5],
});

/** What the student is shown of a batch, with its labels. */
function shown(data: Dataset, ids: Int32Array, drawing: Drawing): { images: Tensor; labels: Tensor } {
  const { inputs, targets } = makeBatch(data, ids, drawing);
  return { images: imagesIn(inputs.student), labels: target(targets, 'labels') };
}

suite('batches', () => {
  test('upright turns are draws of the same images, each by itself, and none is turned', () => {
    const ids = Int32Array.from([3, 0, 2, 1]);
    const drawing = { seed: 5, epoch: 7, transforms: [cropFlip({ padding: 2 })] };
    const alone = shown(small, ids, drawing).images;
    const { images, labels } = shown(small, ids, { ...drawing, turns: 2, upright: true });
    assert.deepEqual([images.shape, labels.shape], [[8, 3, height, width], [4]]);
    assert.equal(images.narrow(0, 0, 4).eq(alone).all().item(), 1);
    const second = images.narrow(0, 4, 4);
    assert.equal(second.eq(alone).all().item(), 0);
    // Of a view of its own, from the stored image on.
    const again = shown(small, ids, { ...drawing, view: 0x10000 }).images;
    assert.equal(second.eq(again).all().item(), 1);
    // Where nothing is drawn both are the image as it is, also where it is no square.
    const same = shown(small, ids, { seed: 0, epoch: 0, turns: 2, upright: true }).images;
    assert.equal(
      same
        .narrow(0, 0, 4)
        .eq(same.narrow(0, 4, 4))
        .all()
        .item(),
      1,
    );
  });

  test('crop, flip and normalisation are what they say, pixel by pixel', () => {
    const pixels = columnsOf(small).image.toTypedArray();
    const { mean, std } = imagesOf(small);
    const ids = Int32Array.from([3, 0, 2]);
    const view = { seed: 5, epoch: 7, transforms: [cropFlip({ padding: 2, flip: true })] };
    const { images, labels } = shown(small, ids, view);
    assert.deepEqual(images.shape, [3, 3, height, width]);
    assert.deepEqual(labels.toFlatArray(), [0n, 0n, 1n]);
    const actual = images.toTypedArray();
    let at = 0;
    let mirrors = 0;
    for (const id of ids) {
      const [top, left, coin] = draw({ seed: 5, epoch: 7, sample: id, purpose: 'augmentation' });
      const dy = Math.floor((top / 2 ** 32) * 5) - 2;
      const dx = Math.floor((left / 2 ** 32) * 5) - 2;
      const mirrored = coin >= 2 ** 31;
      mirrors += Number(mirrored);
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const row = y + dy;
            const column = (mirrored ? width - 1 - x : x) + dx;
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            const pixel = inside ? Number(pixels[((id * height + row) * width + column) * 3 + c]) : 0;
            const expected = (pixel / 255 - (mean[c] ?? 0)) / (std[c] ?? 1);
            assert.ok(
              Math.abs(Number(actual[at++]) - expected) < 1e-5,
              `image ${id}, channel ${c}, ${y}, ${x}`,
            );
          }
        }
      }
    }
    assert.ok(mirrors > 0 && mirrors < 3, 'the draw shows both cases');
  });
  test('what is drawn for an image does not depend on its batch', () => {
    const view = { seed: 0, epoch: 1, transforms: [cropFlip({ padding: 1, flip: true })] };
    const together = shown(small, Int32Array.from([2, 1]), view).images.select(0, 1);
    const alone = shown(small, Int32Array.from([1]), view).images.select(0, 0);
    assert.deepEqual(together.toList(), alone.toList());
    const another = shown(small, Int32Array.from([1]), { ...view, epoch: 3 }).images.select(0, 0);
    assert.notDeepEqual(another.toList(), alone.toList());
  });
  test('turned views are the same image, mirrored alike, turned by quarters; the first is the plain one', () =>
    scope(() => {
      const side = 5;
      const square = inMemory({
        images: Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 41) % 256),
        labels: [0, 1, 0],
        height: side,
        width: side,
        channels: 1,
        classes: ['a', 'b'],
        mean: [0],
        std: [1],
      });
      const ids = Int32Array.of(2, 0, 1);
      const view = { seed: 3, epoch: 1, transforms: [cropFlip({ padding: 0, flip: true })] };
      const { images, labels } = shown(square, ids, { ...view, turns: 4 });
      const plain = shown(square, ids, view).images;
      assert.deepEqual(images.shape, [12, 1, side, side]);
      assert.deepEqual(labels.shape, [3]);
      for (let quarters = 0; quarters < 4; quarters++) {
        const expected = plain.rot90(quarters, [2, 3]);
        assert.ok(images.narrow(0, 3 * quarters, 3).equal(expected), `${quarters} quarters`);
      }
      const cropped = shown(square, ids, {
        ...view,
        transforms: [cropFlip({ padding: 2, flip: true })],
        turns: 4,
      });
      assert.ok(
        !cropped.images.narrow(0, 3, 3).equal(cropped.images.narrow(0, 0, 3).rot90(1, [2, 3])),
        'crops are drawn for each view',
      );
      assert.throws(() => makeBatch(small, ids, { ...view, turns: 2 }), /6x5 cannot be turned/);
    }));
  test('batches are in channels_last memory', () => {
    const { images } = shown(small, Int32Array.from([0, 1]), { seed: 0, epoch: 0 });
    assert.deepEqual(images.stride(), [height * width * 3, 1, width * 3, 3]);
  });
});

const numbers = (of: Tensor): number[] => of.toFlatArray().map(Number);

suite('student and teacher', () => {
  const ids = Int32Array.from([3, 0, 2]);
  const drawing: Drawing = { seed: 5, epoch: 7, transforms: [cropFlip({ padding: 2 })] };
  const sides = (renderings: Renderings, at = drawing) => {
    const { inputs } = makeBatch(small, ids, at, { renderings });
    return { ...inputs, s: imagesIn(inputs.student), t: imagesIn(inputs.teacher) };
  };
  const { mean, std } = imagesOf(small);

  test('are shown one object where they want the same, said or not', () => {
    const same: Renderings[] = [
      {},
      { student: {}, teacher: { mean, std } },
      { teacher: { interpolation: 'bilinear' } },
      { student: { size: 9 }, teacher: { size: 9, interpolation: 'bilinear', mean: [...mean] } },
    ];
    for (const renderings of same) {
      const { student, teacher } = sides(renderings);
      assert.equal(student, teacher, JSON.stringify(renderings));
    }
    const others: Rendering[] = [{ mean: [0, 0, 0] }, { std: [1, 1, 1] }, { size: 9 }];
    for (const other of others) {
      const { student, teacher } = sides({ teacher: other });
      assert.notEqual(student, teacher, JSON.stringify(other));
    }
  });

  test('with other normalisations are shown the same pixels, drawn once', () => {
    const draws: number[] = [];
    const [crop] = drawing.transforms ?? [];
    assert.ok(crop);
    const counted: Transform = {
      ...crop,
      draw(random) {
        draws.push(random.words()[0]);
        return crop.draw(random);
      },
    };
    const own = { mean: [0.1, 0.2, 0.3], std: [0.5, 0.125, 0.25] };
    const { s, t } = sides({ teacher: own }, { ...drawing, transforms: [counted] });
    assert.equal(draws.length, ids.length);
    assert.deepEqual(s.toList(), imagesIn(makeBatch(small, ids, drawing).inputs.student).toList());
    const [seen, taught] = [numbers(s), numbers(t)];
    assert.equal(taught.length, 3 * 3 * height * width);
    for (const [i, value] of taught.entries()) {
      const channel = Math.floor(i / (height * width)) % 3;
      const byte = ((seen[i] ?? 0) * (std[channel] ?? 0) + (mean[channel] ?? 0)) * 255;
      assert.ok(Math.abs(byte - Math.round(byte)) < 1e-3, `${byte} is a byte`);
      const expected = (Math.round(byte) / 255 - (own.mean[channel] ?? 0)) / (own.std[channel] ?? 1);
      assert.ok(Math.abs(value - expected) < 1e-5, `${value} at ${i}, not ${expected}`);
    }
  });

  test('cannot be shown what is no size, no mean or no deviation', () => {
    const refused = (renderings: Renderings, message: string) =>
      assert.throws(() => sides(renderings), { name: 'DataError', message });
    const of = (whose: string) => `in memory, as the ${whose} is shown it`;
    refused(
      { teacher: { mean: [0.5] } },
      `${of('teacher')}: mean and std need one number for each of the 3 channels`,
    );
    refused(
      { student: { std: [1, 1, 1, 1] } },
      `${of('student')}: mean and std need one number for each of the 3 channels`,
    );
    refused(
      { student: { mean: [0, 123.7, 0] } },
      `${of('student')}: the mean of channel 1 is 123.7, and must be within 0 and 1; they are of pixels in [0, 1]: divide those of pixels in 0..255 by 255`,
    );
    for (const size of [0, -4, 7.5, Number.NaN])
      refused(
        { teacher: { size } },
        `${of('teacher')}: images are resized to ${size}, and that must be a whole number of pixels`,
      );
  });

  test('of other sizes are shown the same draw: the teacher’s is the student’s, resized', () => {
    // Of a whole multiple, each pixel of a smaller image is the weighted mean of the larger; a constant image stays what it is.
    const side = 4;
    const halved = inMemory({
      images: Uint8Array.from({ length: 2 * side * side }, (_, i) => (i % side < 2 ? 200 : 50)),
      labels: [0, 1],
      height: side,
      width: side,
      channels: 1,
      classes: ['a', 'b'],
      mean: [0],
      std: [1],
    });
    const flips = { seed: 0, epoch: 2, transforms: [cropFlip({ padding: 0 })] };
    let mirrored = 0;
    for (let epoch = 0; epoch < 8; epoch++) {
      const renderings = { teacher: { size: 2 } };
      const { inputs } = makeBatch(halved, Int32Array.of(0, 1), { ...flips, epoch }, { renderings });
      const [s, t] = [imagesIn(inputs.student), imagesIn(inputs.teacher)];
      assert.deepEqual(
        [s.shape, t.shape],
        [
          [2, 1, 4, 4],
          [2, 1, 2, 2],
        ],
      );
      for (const image of [0, 1]) {
        const row = numbers(s.select(0, image).select(0, 0).select(0, 0)).map((value) => value * 255);
        const isMirrored = (row[0] ?? 0) < 100;
        mirrored += Number(isMirrored);
        // Antialiased by half: a pixel weighs its four nearest columns 3, 3, 1 and, past the edge, nothing.
        const [bright, dark] = [(6 * 200 + 50) / 7, (200 + 6 * 50) / 7];
        const wanted = isMirrored ? [dark, bright] : [bright, dark];
        for (const at of [0, 1]) {
          const found = numbers(t.select(0, image).select(0, 0).select(0, at)).map((value) => value * 255);
          for (const [i, value] of found.entries())
            assert.ok(Math.abs(value - (wanted[i] ?? 0)) < 1e-3, `${found}, not ${wanted}`);
        }
      }
    }
    assert.ok(mirrored > 0 && mirrored < 16, 'the draw shows both cases');
  });

  const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'resize.safetensors');
  const images = reference('images');
  const [, high = 0, wide = 0] = images.shape;
  const data = inMemory({
    images: Uint8Array.from(images.toTypedArray(), Number),
    labels: [0, 0],
    height: high,
    width: wide,
    channels: 3,
    classes: ['a'],
    mean: [0, 0, 0],
    std: [1, 1, 1],
  });

  test('are shown the centre of resized images as torchvision crops it', () => {
    for (const [resize, size] of [
      [9, 9],
      [12, 9],
      [12, 11],
      [7, 4],
      [8, 3],
    ] as const) {
      const renderings = { student: { size, resize, interpolation: 'bicubic' as const } };
      const { inputs } = makeBatch(data, Int32Array.of(0, 1), { seed: 0, epoch: 0 }, { renderings });
      const off = imagesIn(inputs.student)
        .sub(reference(`crop.${resize}.${size}`))
        .abs()
        .amax()
        .item();
      assert.ok(off < 1e-5, `${resize}, ${size}: ${off}`);
    }
  });

  test('are shown images by the mean and deviation of a name', () => {
    const shown = (rendering: Rendering) =>
      imagesIn(
        makeBatch(data, Int32Array.of(0), { seed: 0, epoch: 0 }, { renderings: { student: rendering } })
          .inputs.student,
      ).toList();
    const numbers = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    assert.deepEqual(shown({ mean: 'imagenet' }), shown(numbers));
    assert.deepEqual(shown({ mean: 'imagenet', std: [1, 1, 1] }), shown({ ...numbers, std: [1, 1, 1] }));
    assert.deepEqual(
      shown({ mean: [0, 0, 0], std: 'clip' }),
      shown({ mean: [0, 0, 0], std: [0.26862954, 0.26130258, 0.27577711] }),
    );
    assert.throws(() => shown({ mean: 'image-net' as 'imagenet' }), {
      message:
        "there is no normalisation 'image-net': did you mean 'imagenet'? There are imagenet, inception, clip, cifar",
    });
  });

  test('are shown resized images as torchvision resizes them', () => {
    for (const interpolation of ['bilinear', 'bicubic'] as const)
      for (const size of [5, 9, 20]) {
        const renderings = { teacher: { size, interpolation } };
        const { inputs } = makeBatch(data, Int32Array.of(0, 1), { seed: 0, epoch: 0 }, { renderings });
        const found = imagesIn(inputs.teacher);
        const off = (wanted: Tensor, shown: Tensor) => shown.sub(wanted).abs().amax().item();
        const name = `${interpolation}.${size}`;
        assert.ok(off(reference(`${name}.numbers`), found) < 1e-5, name);
        // A cubic that enlarges overshoots; bytes are cut off at 0 and 255 already between its two passes, numbers are not.
        const isCut = interpolation === 'bicubic' && size > high;
        const bytes = reference(`${name}.bytes`).to('float32').div(255);
        if (!isCut) assert.ok(off(bytes, found.clamp(0, 1)) <= 1 / 255, name);
        assert.deepEqual(imagesIn(inputs.student).shape, [2, 3, high, wide]);
      }
  });
});

suite('the side of the teacher, where it is another', () => {
  const ids = Int32Array.of(1, 3);
  const view = { seed: 0, epoch: 0, transforms: [cropFlip({ padding: 1 })] };
  const renderings = { teacher: { size: 4, mean: [0, 0, 0] } };

  test('is made when it is first looked at, once, and is what it would be by itself', () => {
    const wanted = makeBatch(small, ids, view, { renderings: { student: renderings.teacher } });
    const { handles } = memory();
    const { inputs } = makeBatch(small, ids, view, { renderings });
    const before = memory().handles;
    // Ids, labels, the student's images, and what was drawn.
    assert.equal(before - handles, 4);
    const first = imagesIn(inputs.teacher);
    assert.equal(memory().handles - before, 1);
    assert.equal(imagesIn(inputs.teacher), first);
    assert.equal(memory().handles - before, 1);
    assert.deepEqual(first.toList(), imagesIn(wanted.inputs.student).toList());
    assert.notDeepEqual(first.shape, imagesIn(inputs.student).shape);
  });

  test('lives as long as its batch, in whatever scope it is looked at', () => {
    const { handles } = memory();
    scope(() => {
      const { inputs } = scope(() => makeBatch(small, ids, view, { renderings }));
      const inner = scope(() => Number(imagesIn(inputs.teacher).sum().item()));
      assert.equal(Number(imagesIn(inputs.teacher).sum().item()), inner);
    });
    assert.equal(memory().handles, handles);
  });

  test('is put elsewhere when it is looked at, and is one with that of the student where they agree', () => {
    scope(() => {
      let changed = 0;
      const change = (inputs: Inputs): Inputs => {
        changed++;
        return { images: imagesIn(inputs).neg() };
      };
      const apart = mapSides(makeBatch(small, ids, view, { renderings }).inputs, change);
      assert.equal(changed, 1);
      const { inputs } = makeBatch(small, ids, view, { renderings });
      assert.deepEqual(imagesIn(apart.teacher).neg().toList(), imagesIn(inputs.teacher).toList());
      assert.equal(apart.teacher, apart.teacher);
      assert.equal(changed, 2);
      const together = mapSides(makeBatch(small, ids, view).inputs, change);
      assert.equal(together.teacher, together.student);
      assert.equal(changed, 3);
    });
  });
});

suite('transforms in a list', () => {
  /** Adds what it draws to each pixel. */
  const brighten = (name: string, drawn: number[][], turns = false): Transform<number> => {
    const add = (images: Tensor, all: readonly number[]): Tensor => {
      drawn.push([...all]);
      return images.add(tensor(Uint8Array.from(all), { shape: [all.length, 1, 1, 1] }));
    };
    return {
      name,
      options: {},
      draw: (random) => random.words()[0] & 63,
      on: { image: add },
      ...(turns && {
        turn: (images: Tensor, quarters: number, _: readonly number[], all: readonly number[]) =>
          add(images.rot90(quarters, [1, 2]), all),
      }),
    };
  };
  const ids = Int32Array.from([1, 0, 3]);

  test('draw by their places, one after another, whatever stands beside them', () => {
    const [first, second, alone, other]: number[][][] = [[], [], [], []];
    const view = { seed: 1, epoch: 2 };
    const both = [brighten('one', first ?? []), brighten('two', second ?? [])];
    const { images } = shown(small, ids, { ...view, transforms: both });
    shown(small, ids, { ...view, transforms: [brighten('one', alone ?? [])] });
    shown(small, ids, {
      ...view,
      transforms: [{ ...both[0], on: {} } as Transform, brighten('x', other ?? [])],
    });
    assert.deepEqual(first, alone);
    assert.deepEqual(second, other);
    assert.notDeepEqual(first, second);
    const words = (place: number) =>
      Array.from(ids, (sample) => draw({ ...view, sample, purpose: 'augmentation', place })[0] & 63);
    assert.deepEqual([first, second], [[words(0)], [words(1)]]);
    const plain = columnsOf(small).image.index_select(0, tensor(ids));
    const sums = tensor(Uint8Array.from(ids, (_, i) => (words(0)[i] ?? 0) + (words(1)[i] ?? 0)));
    const { mean, std } = imagesOf(small);
    const expected = plain
      .add(sums.reshape([3, 1, 1, 1]))
      .to('float32')
      .div(255)
      .sub(tensor(mean))
      .div(tensor(std));
    assert.ok(images.permute([0, 2, 3, 1]).sub(expected).abs().amax().item() < 1e-6);
  });

  test('that know no turns are turned at the end; where one does, what comes after it is drawn anew', () => {
    const square = inMemory({
      images: Uint8Array.from({ length: 4 * 9 }, (_, i) => i * 5),
      labels: [0, 1, 0, 1],
      height: 3,
      width: 3,
      channels: 1,
      classes: ['a', 'b'],
      mean: [0],
      std: [1],
    });
    const view = { seed: 1, epoch: 2, turns: 2 };
    const drawn: number[][] = [];
    const { images } = shown(square, ids, { ...view, transforms: [brighten('a', drawn)] });
    assert.deepEqual(drawn[0], drawn[1]);
    assert.ok(images.narrow(0, 3, 3).equal(images.narrow(0, 0, 3).rot90(1, [2, 3])));
    const [before, turning, after]: number[][][] = [[], [], []];
    const list = [
      brighten('before', before ?? []),
      brighten('turning', turning ?? [], true),
      brighten('after', after ?? []),
    ];
    shown(square, ids, { ...view, transforms: list });
    assert.deepEqual(before?.[0], before?.[1], 'as of the upright image');
    assert.notDeepEqual(turning?.[0], turning?.[1]);
    assert.notDeepEqual(after?.[0], after?.[1]);
  });

  test('have options that are checked', () => {
    assert.deepEqual(cropFlip().options, { padding: 4, flip: true });
    for (const wrong of [{ padding: -1 }, { padding: 0.5 }, { flips: true }])
      assert.throws(() => cropFlip(wrong as object), /padding|flips/);
  });
});
