import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functional, tensor } from '@retort/torch';
import sharp from 'sharp';
import { filterOf, resized } from './resized.ts';

const [width, height, channels] = [120, 50, 3] as const;
const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
  const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
  return 128 + 60 * Math.sin(x / 3 + (i % channels)) + 67 * Math.cos(y / 2);
});
const sizes = [
  [32, 32],
  [60, 25],
  [240, 100],
] as const;

test('the mean of what a pixel stands for, and the image itself in its own size', () => {
  assert.deepEqual(
    [...resized({ data: [0, 100], width: 2, height: 1, channels: 1 }, 1, 1, filterOf(2))],
    [50],
  );
  const data = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  for (const resample of [1, 2, 3])
    assert.deepEqual(
      [...resized({ data, width: 2, height: 2, channels: 3 }, 2, 2, filterOf(resample))],
      data,
    );
});

test('by the filters by which networks learn, to a rounding of each direction', () => {
  for (const [resample, mode] of [
    [2, 'bilinear'],
    [3, 'bicubic'],
  ] as const)
    for (const [to, tall] of sizes) {
      const pixels = tensor(Float32Array.from(data), { shape: [1, height, width, channels] }).permute([
        0, 3, 1, 2,
      ]);
      const expected = functional
        .interpolate(pixels, { size: [tall, to], mode, antialias: true })
        .permute([0, 2, 3, 1])
        .toFlatArray()
        .map((value) => Math.max(0, Math.min(255, Number(value))));
      const found = resized({ data, width, height, channels }, to, tall, filterOf(resample));
      const off = Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? 0))));
      assert.ok(off < 1.3, `${mode}, ${to}x${tall}: ${off}`);
    }
});

test("smaller as sharp does it for transformers.js in Node, by Lanczos's", async () => {
  for (const [to, tall] of sizes.slice(0, 2)) {
    const expected = await sharp(data, { raw: { width, height, channels } })
      .resize(to, tall, { fit: 'fill', kernel: 'lanczos3' })
      .raw()
      .toBuffer();
    const found = resized({ data, width, height, channels }, to, tall, filterOf(1));
    const off = found.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0);
    assert.ok(off / found.length < 2, `${to}x${tall}: ${off / found.length}`);
  }
});

test('a filter that no folder names is bilinear, as transformers.js takes it', () => {
  for (const resample of [0, 4, 'bicubic', undefined]) assert.equal(filterOf(resample), filterOf(2));
});
