import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import type { Box } from '../transforms/size.ts';
import { decodeJpeg, decodePart } from './turbo.ts';

const [height, width] = [301, 403];

/** Colours that change slowly under noise, so that every sampling of colours shows. */
const pixels = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
  const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  return 128 + 90 * Math.sin(x / (9 + 7 * channel)) * Math.cos(y / (31 - 9 * channel)) + ((i * 7919) % 23);
});

const drawn = () => sharp(pixels, { raw: { width, height, channels: 3 } });

const jpegs = {
  'with all colours': () => drawn().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'with a quarter of the colours': () => drawn().jpeg({ quality: 80, chromaSubsampling: '4:2:0' }),
  'that is progressive': () => drawn().jpeg({ quality: 85, progressive: true }),
  'in greys': () => drawn().greyscale().jpeg(),
} as const;

const bySharp = (bytes: Buffer) =>
  sharp(bytes, { ignoreIcc: true }).toColourspace('srgb').removeAlpha().raw().toBuffer();

/** The bytes of a box. */
function within(pixels: Uint8Array, row: number, { top, left, height, width }: Box): Uint8Array {
  const lines = Array.from({ length: height }, (_, y) => {
    const from = (top + y) * row + left * 3;
    return pixels.subarray(from, from + width * 3);
  });
  return Buffer.concat(lines);
}

suite('a JPEG by libjpeg-turbo itself,', () => {
  test('that is cut off in its tables changes nothing for others of other sizes', async () => {
    const images = await Promise.all(
      [9, 77, 23, 60, 12].map((side) =>
        drawn()
          .resize(side, 80 - side, { fit: 'fill' })
          .jpeg()
          .toBuffer(),
      ),
    );
    const expected = await Promise.all(images.map(bySharp));
    for (let round = 0; round < 20; round++)
      for (const [i, bytes] of images.entries()) {
        assert.equal(await decodeJpeg(bytes.subarray(0, bytes.indexOf('ffc4', 'hex') + 9)), null);
        const found = await decodeJpeg(bytes);
        assert.ok(found && Buffer.from(found.pixels).equals(expected[i] ?? Buffer.alloc(0)));
      }
  });

  for (const [name, make] of Object.entries(jpegs)) {
    test(`${name}, has the bytes that sharp has`, async () => {
      const bytes = await make().toBuffer();
      const found = await decodeJpeg(bytes);
      assert.ok(found);
      assert.deepEqual([found.height, found.width], [height, width]);
      assert.ok(Buffer.from(found.pixels).equals(await bySharp(bytes)));
    });

    test(`${name}, has in a part the bytes that it has as a whole, where the part is not shown smaller`, async () => {
      const bytes = await make().toBuffer();
      const whole = await decodeJpeg(bytes);
      const boxes: Box[] = [
        { top: 0, left: 0, height: 50, width: 60 },
        { top: 37, left: 129, height: 64, width: 65 },
        { top: 200, left: 300, height: 101, width: 103 },
        { top: 0, left: 0, height, width },
      ];
      for (const box of boxes) {
        const part = await decodePart(bytes, () => ({ box, size: [box.height, box.width] }));
        assert.ok(whole && part);
        assert.deepEqual(part.box, box);
        const [found, expected] = [part, whole].map((one) => within(one.pixels, width * 3, box));
        assert.deepEqual(found, expected);
      }
    });
  }

  test('is shrunk to a half, a quarter or an eighth where it is shown smaller', async () => {
    const bytes = await jpegs['with a quarter of the colours']().toBuffer();
    const box = { top: 40, left: 80, height: 240, width: 320 };
    const sides = [
      [121, 240],
      [120, 120],
      [61, 120],
      [60, 60],
      [30, 30],
      [2, 30],
    ] as const;
    for (const [shown, high] of sides) {
      const part = await decodePart(bytes, () => ({ box, size: [shown, shown] }));
      assert.equal(part?.box.height, high, String(shown));
      assert.deepEqual(part?.whole, [height, width]);
    }
    const half = await decodePart(bytes, () => ({ box, size: [120, 160] }));
    assert.ok(half);
    const found = within(half.pixels, half.width * 3, half.box);
    const expected = await sharp(bytes)
      .extract({ left: 80, top: 40, width: 320, height: 240 })
      .resize(160, 120, { kernel: 'linear', fastShrinkOnLoad: false })
      .raw()
      .toBuffer();
    const apart = found.reduce((sum, byte, i) => sum + Math.abs(byte - (expected[i] ?? 0)), 0) / found.length;
    assert.ok(apart < 6, `${apart} on average`);
  });

  test('in inks, cut off, or no JPEG is left to sharp', async () => {
    const bytes = await jpegs['with all colours']().toBuffer();
    const inks = await drawn().toColourspace('cmyk').jpeg().toBuffer();
    const png = await drawn().png().toBuffer();
    for (const other of [inks, png, bytes.subarray(0, 400), bytes.subarray(0, -700), bytes.subarray(0, 20)]) {
      assert.equal(await decodeJpeg(other), null);
      const all = () => ({ box: { top: 0, left: 0, height, width }, size: [height, width] as const });
      assert.equal(await decodePart(other, all), null);
    }
    // One that fails leaves nothing behind for the next.
    assert.ok((await decodeJpeg(bytes))?.pixels.length === height * width * 3);
  });
});
