import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { resized } from './resized.ts';

test('the mean of what a pixel stands for, and the image itself in its own size', () => {
  assert.deepEqual([...resized({ data: [0, 100], width: 2, height: 1, channels: 1 }, 1, 1)], [50]);
  const data = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  assert.deepEqual([...resized({ data, width: 2, height: 2, channels: 3 }, 2, 2)], data);
});

test('what sharp makes of it in Node, made smaller, larger and of other proportions', async () => {
  const [width, height, channels] = [120, 50, 3] as const;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return 128 + 60 * Math.sin(x / 9 + (i % channels)) + 60 * Math.cos(y / 5);
  });
  for (const [to, tall] of [
    [32, 32],
    [60, 25],
    [240, 100],
  ] as const) {
    const expected = await sharp(data, { raw: { width, height, channels } })
      .resize(to, tall, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    const found = resized({ data, width, height, channels }, to, tall);
    const off = found.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0);
    assert.ok(off / found.length < 2, `${to}x${tall}: ${off / found.length}`);
  }
});
