import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scope, type Tensor } from '@retort/torch';
import { columnsOf } from '../../reference/columns.ts';
import { imagesIn, makeBatch, target } from '../tasks/index.ts';
import { cropFlip, type Dataset, imagesOf, inMemory, type View } from './index.ts';
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
function shown(data: Dataset, ids: Int32Array, view: View): { images: Tensor; labels: Tensor } {
  const { inputs, targets } = makeBatch(data, ids, view);
  return { images: imagesIn(inputs.student), labels: target(targets, 'labels') };
}

suite('batches', () => {
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
